using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Access;
using OrleansRegistry.Content;
using OrleansRegistry.Hosting;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Registry;

/// <summary><c>/v2/{name}/manifests/{reference}</c>. Source: OCI distribution-spec, "Pulling", "Pushing", "Deleting Manifests".</summary>
internal static class ManifestEndpoints
{
    // Each comes back as a header of the answer, and clients take a few kilobytes of these: 32 of them have 4.5 at most.
    private const int MostTags = 32;

    public static void MapManifests(this RouteGroupBuilder v2)
    {
        v2.MapMethods("/{name}/manifests/{reference}", ["GET", "HEAD"], Get).RequirePull();
        v2.MapPut("/{name}/manifests/{reference}", Put).RequirePush();
        v2.MapDelete("/{name}/manifests/{reference}", Delete).RequireDelete();
    }

    /// <summary>The stored bytes, unaltered.</summary>
    private static async Task<IResult> Get(
        string name, string reference, HttpContext context, ServedContent content, VisibleContent visible,
        PulledContent pulled, TrustGuard guard, IPullJournal journal, CancellationToken cancellationToken)
    {
        var (request, response, repository) = (context.Request, context.Response, Parse.RepositoryName(name));
        var (source, wanted, manifest) = await content.PullAsync(
            repository,
            async served =>
            {
                var wanted = Wanted(reference);
                var manifest = await visible.GetManifestAsync(served, wanted, cancellationToken);
                await guard.RequireAsync(context, served, repository, wanted, manifest, cancellationToken);
                return (served.Repository, wanted, manifest);
            },
            served => pulled.BringAsync(served, repository, Wanted(reference), context.Caller, cancellationToken),
            cancellationToken);
        if (wanted.Digest is null && !AcceptHeader.Allows(request.Headers.Accept, manifest.MediaType))
            throw new ProblemException(
                ProblemKind.ManifestUnknown,
                $"The tag names a manifest of type '{manifest.MediaType}', which the Accept header leaves out.",
                reference);

        response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        Tag? tag = wanted.Digest is null ? wanted.Tag : null;
        return new ManifestResult(
            manifest,
            new(manifest.Digest, source, repository, tag, context.Caller, context.Connection.RemoteIpAddress),
            journal);
    }

    // A tag that breaks the grammar names nothing: to one who asks, that is all there is to say.
    private static Reference Wanted(string reference) => reference.Contains(':') || Tag.TryParse(reference, out _)
        ? Parse.Reference(reference)
        : throw new ProblemException(ProblemKind.ManifestUnknown, "That is no tag, and no digest.", reference);

    private static async Task<IResult> Put(
        string name, string reference, HttpRequest request, HttpResponse response, ServedContent content,
        VisibleContent visible, CancellationToken cancellationToken)
    {
        var repository = Parse.RepositoryName(name);
        var target = Parse.Reference(reference);
        if (request.Query["tag"].Count > MostTags)
            return await TooManyTagsAsync(response);
        Tag[] tags = target.Digest is null
            ? [target.Tag]
            : [.. request.Query["tag"].Select(Parse.Tag).Distinct()];
        var bytes = await BoundedBody.ReadAsync(request, ManifestDocument.MaxBytes, cancellationToken) ?? throw TooLarge();
        var document = ReadDocument(bytes, request);

        var digest = target.Digest?.SameAlgorithmOver(bytes) ?? Digest.Sha256(bytes);
        if (target.Digest is { } claimed && claimed != digest)
            throw new ProblemException(
                ProblemKind.DigestMismatch, $"The bytes sent have the digest {digest}.", claimed.ToString());

        var manifest = Manifest.Of(digest, document, bytes);
        await visible.RequireVisibleAsync(manifest, cancellationToken);
        var grain = await content.OpenAsync(repository, cancellationToken);
        var push = new PutManifest(manifest, tags);
        await Patience.RetryAsync(() => grain.ApplyAsync(push), cancellationToken);

        Measures.Pushes.Add(1);
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        if (document.Subject is { } subject)
            response.Headers["OCI-Subject"] = subject.Digest.ToString();
        if (target.Digest is not null)
            response.Headers["OCI-Tag"] = tags.Select(tag => tag.ToString()).ToArray();
        return TypedResults.Created($"/v2/{repository}/manifests/{digest}");
    }

    /// <summary>By digest: the manifest, its tags, its signatures and referrers. By tag: the tag alone.</summary>
    private static async Task<IResult> Delete(
        string name, string reference, IGrainFactory grains, ServedContent content, CancellationToken cancellationToken)
    {
        var grain = grains.Repository(await content.GetWritableIdAsync(Parse.RepositoryName(name), cancellationToken));
        var target = Parse.Reference(reference);
        RepositoryChange removal = target.Digest is { } digest ? new RemoveManifest(digest) : new Untag(target.Tag);
        await Patience.RetryAsync(() => grain.ApplyAsync(removal), cancellationToken);
        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static ManifestDocument ReadDocument(byte[] bytes, HttpRequest request)
    {
        try
        {
            var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var header)
                ? header.MediaType.Value : null;
            return ManifestDocument.Parse(bytes, type);
        }
        catch (InvalidManifestException exception)
        {
            throw new ProblemException(ProblemKind.ManifestInvalid, exception.Message);
        }
    }

    private static async Task<IResult> TooManyTagsAsync(HttpResponse response)
    {
        await new OciError(
            StatusCodes.Status414UriTooLong,
            "MANIFEST_INVALID",
            $"A manifest is pushed with at most {MostTags} 'tag' parameters; put the others in further requests.")
            .WriteAsync(response);
        return TypedResults.Empty;
    }

    private static ProblemException TooLarge() => new(
        ProblemKind.ManifestTooLarge, $"A manifest has at most {ManifestDocument.MaxBytes} bytes.");
}
