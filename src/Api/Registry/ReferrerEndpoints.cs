using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Registry;

/// <summary>
/// <c>GET /v2/{name}/referrers/{digest}</c>: an index of the manifests whose subject is that digest, oldest first.
/// Never 404: clients read that as "not supported". Source: OCI distribution-spec, "Listing Referrers".
/// </summary>
internal static class ReferrerEndpoints
{
    private const int MostReferrers = 1000;

    // Clients read an index as they read a manifest, and no further than this.
    private const int MostBytes = ManifestDocument.MaxBytes;

    public static void MapReferrers(this RouteGroupBuilder v2) => v2.MapGet("/{name}/referrers/{digest}", List).RequirePull();

    private static async Task<IResult> List(
        string name, string digest, string? artifactType, string? last, HttpResponse response, ServedContent content,
        VisibleContent visible, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var subject = Parse.Digest(digest);
        Digest? after = last is null ? null : Parse.Digest(last);
        var query = new ReferrerQuery(subject, artifactType, after, MostReferrers + 1);
        var referrers = await content.ListIfServedAsync(
            repository,
            async served => served is null
                ? []
                : await visible.ListReferrersAsync(served, query, cancellationToken),
            cancellationToken);

        var page = PageOf(referrers);
        if (page.Count < referrers.Count)
            NextPage.Link(
                response,
                $"/v2/{repository}/referrers/{subject}",
                [.. artifactType is null ? [] : new[] { ("artifactType", artifactType) }, ("last", page[^1].Digest.ToString())]);
        if (artifactType is not null)
            response.Headers["OCI-Filters-Applied"] = "artifactType";
        return TypedResults.Json(
            new Index(2, MediaTypes.OciIndex, [.. page.Select(Entry.Of)]), ApiJson.Readable.Index, MediaTypes.OciIndex);
    }

    private static List<Referrer> PageOf(IReadOnlyList<Referrer> referrers)
    {
        var bytes = 0;
        return [.. referrers.Take(MostReferrers).TakeWhile((referrer, index) =>
            (bytes += 300 + (referrer.Annotations?.Length ?? 0)) <= MostBytes || index == 0)];
    }

    internal sealed record Index(int SchemaVersion, string MediaType, IReadOnlyList<Entry> Manifests);

    internal sealed record Entry(
        string MediaType, string Digest, long Size, string? ArtifactType, JsonElement? Annotations)
    {
        public static Entry Of(Referrer referrer) => new(
            referrer.MediaType,
            referrer.Digest.ToString(),
            referrer.Size,
            referrer.ArtifactType,
            referrer.Annotations is null ? null : JsonElement.Parse(referrer.Annotations));
    }
}
