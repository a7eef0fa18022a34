using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;

namespace OrleansRegistry.Registry;

/// <summary><c>GET /v2/{name}/tags/list</c>, in byte order, by pages. Source: OCI distribution-spec, "Listing Tags".</summary>
internal static class TagEndpoints
{
    private const int MostTags = 10_000;

    public static void MapTags(this RouteGroupBuilder v2) => v2.MapGet("/{name}/tags/list", List).RequirePull();

    private static async Task<IResult> List(
        string name, string? n, string? last, HttpContext context, ServedContent content, VisibleContent visible,
        PulledContent pulled, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var size = Parse.PageSize(n, usual: MostTags, most: MostTags);
        var after = Parse.Last(last);
        var units = await content.PullListAsync(
            repository,
            served => visible.ListTagsAsync(served, after, size + 1, cancellationToken),
            served => pulled.BringAsync(served, repository, null, context.Caller, cancellationToken),
            cancellationToken);
        var page = units.Take(size).Select(unit => unit.Key).ToList();
        if (units.Count > size && size > 0)
            NextPage.Link(
                context.Response,
                $"/v2/{repository}/tags/list",
                ("n", size.ToString(CultureInfo.InvariantCulture)),
                ("last", page[^1]));
        return TypedResults.Json(new TagList(repository.ToString(), page), ApiJson.Readable.TagList, "application/json");
    }

    internal sealed record TagList(string Name, IReadOnlyList<string> Tags);
}
