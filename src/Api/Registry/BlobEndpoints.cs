using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Registry;

/// <summary><c>/v2/{name}/blobs/{digest}</c>. Source: OCI distribution-spec, "Pulling Blobs", "Deleting Blobs".</summary>
internal static class BlobEndpoints
{
    public static void MapBlobs(this RouteGroupBuilder v2)
    {
        v2.MapMethods("/{name}/blobs/{digest}", ["GET", "HEAD"], Get).RequirePull();
        v2.MapDelete("/{name}/blobs/{digest}", Delete).RequireDelete();
    }

    /// <summary>The bytes, whole or the <c>Range</c> asked for (206, or 416 where there is no such range).</summary>
    private static async Task<IResult> Get(
        string name, string digest, HttpContext context, ServedContent content, IBlobStore blobs,
        CancellationToken cancellationToken)
    {
        var blob = await content.ReadAsync(
            Parse.RepositoryName(name),
            served => content.GetBlobAsync(served, Parse.Digest(digest), cancellationToken),
            cancellationToken);
        FileBody.Use(context);
        if (!context.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            context.Request.Headers.Range = default; // a unit that is not known is as good as none: RFC 9110, 14.2
        context.Response.Headers["Docker-Content-Digest"] = blob.Digest.ToString();
        return TypedResults.PhysicalFile(
            blobs.PathOf(blob.Digest),
            "application/octet-stream",
            entityTag: new EntityTagHeaderValue($"\"{blob.Digest}\""),
            enableRangeProcessing: true);
    }

    private static async Task<IResult> Delete(
        string name, string digest, IGrainFactory grains, ServedContent content, CancellationToken cancellationToken)
    {
        var grain = grains.Repository(await content.GetWritableIdAsync(Parse.RepositoryName(name), cancellationToken));
        var blob = Parse.Digest(digest);
        await Patience.RetryAsync(() => grain.RemoveBlobAsync(blob), cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }
}
