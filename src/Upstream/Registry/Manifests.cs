using System.Net;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>The manifests of a repository. Source: OCI distribution-spec, "Pulling manifests".</summary>
internal sealed class Manifests(RemoteAddress address, Exchange exchange)
{
    private const string DigestHeader = "Docker-Content-Digest";

    private static readonly string[] Accepted =
    [
        MediaTypes.DockerManifest, MediaTypes.DockerSchema1, MediaTypes.DockerSchema1Signed, MediaTypes.DockerList,
        MediaTypes.OciIndex, MediaTypes.OciManifest,
    ];

    public Task<UpstreamHead?> HeadAsync(Reference reference, CancellationToken cancellationToken) => exchange.AskAsync(
        Request(HttpMethod.Head, reference) with
        {
            Expects = status => status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                or HttpStatusCode.NotImplemented,
        },
        (answer, _) => Task.FromResult(answer.Status switch
        {
            HttpStatusCode.OK => new UpstreamHead(reference.Digest ?? Claimed(answer), answer.MediaType),
            HttpStatusCode.NotFound => null,
            _ => new UpstreamHead(null, null),
        }),
        cancellationToken);

    public Task<UpstreamManifest?> GetAsync(Reference reference, CancellationToken cancellationToken) => exchange.AskAsync(
        Request(HttpMethod.Get, reference),
        (answer, stop) => ReadAsync(answer, reference, stop),
        cancellationToken);

    private async Task<UpstreamManifest?> ReadAsync(
        UpstreamAnswer answer, Reference reference, CancellationToken cancellationToken)
    {
        if (answer.Status == HttpStatusCode.NotFound)
            return null;
        var subject = Subject(reference);
        answer.RequireNoPage(subject);
        var bytes = await answer.ReadAsync(ManifestDocument.MaxBytes, subject, cancellationToken);
        // The digest of this one is not that of its bytes. By its type who asked for a tag sees that it is none to keep.
        var isSchema1 = answer.MediaType == MediaTypes.DockerSchema1Signed;
        if (isSchema1 && reference.Digest is not null)
            throw new UpstreamException(
                UpstreamFailure.Unusable,
                $"{answer.Host} answers with a signed manifest of Docker's schema 1 where {subject} should be: such cannot be kept.");
        var expected = reference.Digest ?? (isSchema1 ? null : Claimed(answer));
        var found = expected?.SameAlgorithmOver(bytes) ?? Digest.Sha256(bytes);
        if (expected is { } digest && digest != found)
            throw new AttemptException(
                UpstreamFailure.Mismatch,
                $"{answer.Host} answers with {found} where {subject} should have {digest}: what it stores is damaged, or "
                + "somebody changes it on the way.");
        return new(found, answer.MediaType, bytes);
    }

    private UpstreamRequest Request(HttpMethod method, Reference reference) =>
        new(method, address.InRepository($"manifests/{reference}"), Subject(reference)) { Accept = Accepted };

    private string Subject(Reference reference) => $"the manifest {reference} of {address.Repository}";

    private static Digest? Claimed(UpstreamAnswer answer) =>
        Digest.TryParse(answer.Header(DigestHeader), out var digest) ? digest : null;
}
