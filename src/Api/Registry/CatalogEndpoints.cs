using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Distributions;

namespace OrleansRegistry.Registry;

/// <summary><c>GET /v2/_catalog</c>: the names that serve something, in byte order, by pages. Source: Docker Registry HTTP API V2.</summary>
internal static class CatalogEndpoints
{
    private const int UsualNames = 100;
    private const int MostNames = 1000;

    public static void MapCatalog(this RouteGroupBuilder v2) =>
        v2.MapGet("/_catalog", List).Require(new Requirement.OfCatalog());

    private static async Task<IResult> List(
        string? n, string? last, HttpContext context, IDistributionStore distributions,
        CancellationToken cancellationToken)
    {
        var size = Parse.PageSize(n, UsualNames, MostNames);
        var names = await distributions.ListAsync(
            Parse.Last(last), size + 1, Permissions.ReaderOf(context.Identity), cancellationToken);
        var page = names.Take(size).ToList();
        if (names.Count > size && size > 0)
            NextPage.Link(
                context.Response, "/v2/_catalog", ("n", size.ToString(CultureInfo.InvariantCulture)), ("last", page[^1]));
        return TypedResults.Json(new RepositoryList(page), ApiJson.Readable.RepositoryList, "application/json");
    }

    internal sealed record RepositoryList(IReadOnlyList<string> Repositories);
}
