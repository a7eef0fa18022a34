using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
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

    /// <summary>The bytes, whole or the ranges asked for (206, or 416 where there are no such ranges).</summary>
    private static async Task<IResult> Get(
        string name, string digest, HttpContext context, ServedContent content, VisibleContent visible,
        ServedBlobs blobs, PulledContent pulled, TrustGuard guard, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var blob = await content.PullAsync(
            repository,
            async served =>
            {
                var blob = await visible.GetBlobAsync(served, Parse.Digest(digest), cancellationToken);
                await guard.RequireAsync(context, served, repository, blob.Digest, cancellationToken);
                return blob;
            },
            served => pulled.BringAsync(served, repository, null, context.Caller, cancellationToken),
            cancellationToken);
        context.Response.Headers["Docker-Content-Digest"] = blob.Digest.ToString();
        return new BlobResult(blob, blobs);
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
