using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Hosting;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Registry;

/// <summary><c>/v2/{name}/blobs/uploads/</c>. Source: OCI distribution-spec, "Pushing Blobs", "Mounting a blob".</summary>
/// <remarks>Bytes go from the connection to the file on whichever node the request reached, and never through a grain.</remarks>
internal static class UploadEndpoints
{
    public static void MapUploads(this RouteGroupBuilder v2)
    {
        v2.MapPost("/{name}/blobs/uploads", Start).RequirePush();
        v2.MapGet("/{name}/blobs/uploads/{upload}", Status).RequirePush();
        v2.MapPatch("/{name}/blobs/uploads/{upload}", Append).RequirePush();
        v2.MapPut("/{name}/blobs/uploads/{upload}", Finish).RequirePush();
        v2.MapDelete("/{name}/blobs/uploads/{upload}", Cancel).RequirePush();
    }

    /// <summary>A mount, a whole blob in one request, or the start of an upload.</summary>
    private static async Task<IResult> Start(
        string name, string? digest, string? mount, string? from, HttpRequest request, HttpResponse response,
        IGrainFactory grains, ServedContent content, VisibleContent visible, IUploads uploads, OpenUploads open,
        Permissions permissions, TrustGuard guard, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        Digest? whole = digest is null ? null : Parse.Digest(digest);
        Digest? mounted = mount is null ? null : Parse.Digest(mount);
        var id = await content.OpenIdAsync(repository, cancellationToken);

        var source = mounted is null || from is null
            ? null
            : await FindSourceAsync(
                from, mounted.Value, request.HttpContext, content, permissions, guard, cancellationToken);
        if (mounted is { } blob
            && (from is null || source is not null)
            && await MountAsync(grains, visible, id, blob, source, cancellationToken))
            return Created(response, repository, blob);

        if (whole is { } known)
        {
            await using var writer = await open.CreateAsync(
                request.HttpContext, id, async () => await uploads.CreateAsync(id, known), made => made.Upload);
            await writer.WriteAsync(request.Body, cancellationToken);
            return await AdmitAsync(grains, response, repository, await writer.SealAsync(cancellationToken));
        }

        var upload = await open.CreateAsync(
            request.HttpContext, id, async () => await uploads.CreateAsync(id), made => made);
        Describe(response, repository, upload, 0);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Status(
        string name, string upload, HttpResponse response, ServedContent content, IUploads uploads,
        CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var id = await content.GetWritableIdAsync(repository, cancellationToken);
        var target = Parse.Upload(upload);
        var offset = await uploads.FindOffsetAsync(id, target, cancellationToken) ?? throw Unknown(upload);
        Describe(response, repository, target, offset);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> Append(
        string name, string upload, HttpRequest request, HttpResponse response, ServedContent content,
        IUploads uploads, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var id = await content.GetWritableIdAsync(repository, cancellationToken);
        var target = Parse.Upload(upload);
        var offset = await AppendAsync(uploads, request, response, repository, id, target, cancellationToken);
        Describe(response, repository, target, offset);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Finish(
        string name, string upload, string? digest, HttpRequest request, HttpResponse response, IGrainFactory grains,
        ServedContent content, IUploads uploads, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var id = await content.GetWritableIdAsync(repository, cancellationToken);
        var target = Parse.Upload(upload);
        var claimed = Parse.Digest(digest);
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false })
            await AppendAsync(uploads, request, response, repository, id, target, cancellationToken);
        return await AdmitAsync(
            grains, response, repository, await uploads.SealAsync(id, target, claimed, cancellationToken));
    }

    private static async Task<IResult> Cancel(
        string name, string upload, ServedContent content, IUploads uploads, CancellationToken cancellationToken)
    {
        var id = await content.GetWritableIdAsync(Parse.RepositoryName(name), cancellationToken);
        return await uploads.DeleteAsync(id, Parse.Upload(upload), cancellationToken)
            ? TypedResults.NoContent()
            : throw Unknown(upload);
    }

    // Without 'from', only what this repository holds: knowing a digest is no permission to read the blob elsewhere.
    private static async Task<bool> MountAsync(
        IGrainFactory grains, VisibleContent visible, Guid repository, Digest blob, Served? source,
        CancellationToken cancellationToken)
    {
        if (source is not null && await visible.FindBlobAsync(source, blob, cancellationToken) is null)
            return false;
        var holder = source?.Repository ?? repository;
        return await Patience.RetryAsync(
            () => grains.Repository(repository).MountBlobAsync(holder, blob), cancellationToken);
    }

    // Who may not pull from there learns nothing, and uploads.
    private static async Task<Served?> FindSourceAsync(
        string from, Digest blob, HttpContext context, ServedContent content, Permissions permissions, TrustGuard guard,
        CancellationToken cancellationToken) =>
        RepositoryName.TryParse(from, out var name)
        && await permissions.AllowAsync(context.Identity, name, RepositoryAction.Pull, cancellationToken)
        && await content.FindAsync(name, cancellationToken) is { } source
        && await guard.AllowsAsync(context, source, name, blob, cancellationToken)
            ? source
            : null;

    private static async Task<long> AppendAsync(
        IUploads uploads, HttpRequest request, HttpResponse response, RepositoryName repository, Guid id,
        Guid upload, CancellationToken cancellationToken)
    {
        try
        {
            var range = ChunkRange.Parse(request.Headers.ContentRange, request.ContentLength);
            return await uploads.AppendAsync(id, upload, range?.First, request.Body, cancellationToken);
        }
        catch (ProblemException refusal) when (refusal.Problem.Kind is ProblemKind.RangeInvalid)
        {
            if (await uploads.FindOffsetAsync(id, upload, cancellationToken) is { } offset)
                Describe(response, repository, upload, offset);
            throw;
        }
    }

    private static async Task<IResult> AdmitAsync(
        IGrainFactory grains, HttpResponse response, RepositoryName repository, SealedUpload whole)
    {
        await Patience.RetryAsync(() => grains.Repository(whole.Repository).AdmitBlobAsync(whole), CancellationToken.None);
        return Created(response, repository, whole.Digest);
    }

    private static Created Created(HttpResponse response, RepositoryName repository, Digest digest)
    {
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        return TypedResults.Created($"/v2/{repository}/blobs/{digest}");
    }

    private static void Describe(HttpResponse response, RepositoryName repository, Guid upload, long offset)
    {
        response.Headers.Location = $"/v2/{repository}/blobs/uploads/{upload:D}";
        response.Headers.Range = $"0-{Math.Max(0, offset - 1)}";
        response.Headers["Docker-Upload-UUID"] = upload.ToString("D");
    }

    private static ProblemException Unknown(string upload) =>
        new(ProblemKind.UploadUnknown, "There is no such upload; it may have been finished, cancelled or idle too long.", upload);
}
