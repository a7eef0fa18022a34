using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Registry;

/// <summary>
/// What registry clients see of a version; there is no other way to it. What the version holds never changes, and comes
/// from the node's cache or the catalogue. What of it is withheld may change at any moment: the gate is asked each time,
/// and after the cache.
/// </summary>
internal sealed class VisibleContent(
    IVersionReader versions,
    IContentReader content,
    IHeadReader head,
    IBlobStore blobs,
    ISignatureReader signatures,
    ISignatureGate gate)
{
    /// <summary>The manifest that a reference names there.</summary>
    /// <exception cref="ProblemException">There is none to be seen.</exception>
    public async Task<Manifest> GetManifestAsync(Served served, Reference reference, CancellationToken cancellationToken)
    {
        var digest = reference.Digest ?? await FindTagAsync(served, reference.Tag, cancellationToken);
        if (digest is { } found
            && (reference.Digest is null || await HoldsAsync(served, ContentUnit.Manifest(found), cancellationToken))
            && await content.FindManifestAsync(found, cancellationToken) is { } manifest
            && !(await gate.AskAsync(cancellationToken)).Has(manifest))
            return manifest;
        throw reference.Digest is { } missing && await IsLeftOutAsync(served, missing, cancellationToken)
            ? new ProblemException(
                ProblemKind.ManifestUnknown,
                "An index of this repository lists the image, and it was left out here: only some platforms are kept.",
                reference.ToString())
            : UnknownManifest(reference.ToString());
    }

    /// <summary>Refuses a manifest that would not be seen once it is there.</summary>
    /// <exception cref="ProblemException">It is withheld.</exception>
    public async Task RequireVisibleAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        if (withheld.Has(manifest) && withheld.Find(manifest.Digest) is { } content)
            throw Refusals.Of(content);
    }

    /// <summary>Whether the version holds what a reference names, be it withheld or not.</summary>
    public async Task<bool> HoldsAsync(Served served, Reference reference, CancellationToken cancellationToken) =>
        reference.Digest is { } digest
            ? await HoldsAsync(served, ContentUnit.Manifest(digest), cancellationToken)
            : await FindTagAsync(served, reference.Tag, cancellationToken) is not null;

    /// <summary>A blob that may be pulled there.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task<Blob> GetBlobAsync(Served served, Digest digest, CancellationToken cancellationToken) =>
        await FindBlobAsync(served, digest, cancellationToken) ?? throw new ProblemException(
            ProblemKind.BlobUnknown, "The repository has no such blob.", digest.ToString());

    /// <summary>A blob that may be pulled there, or null.</summary>
    public async Task<Blob?> FindBlobAsync(Served served, Digest digest, CancellationToken cancellationToken)
    {
        var blob = await blobs.FindInAsync(
            served.Repository, served.Version, digest, orPending: !served.IsPinned, cancellationToken);
        return (await gate.AskAsync(cancellationToken)).Has(digest) ? null : blob;
    }

    /// <summary>The tags in byte order, after one of that name.</summary>
    public async Task<IReadOnlyList<ContentUnit>> ListTagsAsync(
        Served served, string? after, int limit, CancellationToken cancellationToken) =>
        await versions.ListTagsAsync(
            served.Repository, served.Version, after, limit, await AskAsync(cancellationToken), cancellationToken);

    /// <summary>The manifests that describe another one, in the order they came.</summary>
    public async Task<IReadOnlyList<Referrer>> ListReferrersAsync(
        Served served, ReferrerQuery query, CancellationToken cancellationToken) =>
        await versions.ReferrersAsync(
            served.Repository, served.Version, query, await AskAsync(cancellationToken), cancellationToken);

    /// <summary>The digest that the repository knows a manifest by, whose SHA-256 digest signatures name.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task<Digest> GetSignedAsync(Served served, Digest digest, CancellationToken cancellationToken) =>
        await FindSignedAsync(served, digest, cancellationToken) ?? throw UnknownManifest(digest.ToString());

    /// <summary>The signatures of one manifest, in the order they came.</summary>
    /// <exception cref="ProblemException">There is no such manifest.</exception>
    public async Task<IReadOnlyList<ServedSignature>> GetSignaturesAsync(
        Served served, Digest digest, CancellationToken cancellationToken) =>
        await FindSignaturesAsync(served, digest, cancellationToken) ?? throw UnknownManifest(digest.ToString());

    /// <summary>The signatures of one manifest, in the order they came; null where there is no such manifest.</summary>
    public async Task<IReadOnlyList<ServedSignature>?> FindSignaturesAsync(
        Served served, Digest digest, CancellationToken cancellationToken)
    {
        if (await FindSignedAsync(served, digest, cancellationToken) is not { } manifest)
            return null;
        var held = await signatures.ListAsync(served.Repository, served.Version, manifest, cancellationToken);
        return (await AskAsync(cancellationToken)).LeftOf(held);
    }

    /// <summary>The signatures of all manifests in byte order of their keys, after one of that key.</summary>
    public async Task<IReadOnlyList<ServedSignature>> ListSignaturesAsync(
        Served served, string? after, int limit, CancellationToken cancellationToken) =>
        await signatures.ListAllAsync(
            served.Repository, served.Version, after, limit, await AskAsync(cancellationToken), cancellationToken);

    // For answers that show signatures, and are nothing without them.
    private async ValueTask<Withheld> AskAsync(CancellationToken cancellationToken) =>
        (await gate.AskAsync(cancellationToken)).RequireConfirmed();

    private async Task<Digest?> FindSignedAsync(Served served, Digest digest, CancellationToken cancellationToken) =>
        await signatures.FindSignedAsync(served.Repository, served.Version, digest, cancellationToken) is { } manifest
        && !(await gate.AskAsync(cancellationToken)).Has(manifest)
            ? manifest
            : null;

    private async Task<Digest?> FindTagAsync(Served served, Tag tag, CancellationToken cancellationToken)
    {
        var key = ContentKey.Tag(tag);
        var unit = await versions.FindAsync(served.Repository, served.Version, key, cancellationToken);
        return unit is null ? null : unit.Target;
    }

    private async Task<bool> IsLeftOutAsync(Served served, Digest digest, CancellationToken cancellationToken) =>
        (await head.LinksToAsync(served.Repository, [digest], cancellationToken))
            .Any(link => link.Kind is LinkKind.Child)
        && !await HoldsAsync(served, ContentUnit.Manifest(digest), cancellationToken);

    private async Task<bool> HoldsAsync(Served served, ContentUnit unit, CancellationToken cancellationToken) =>
        await versions.FindAsync(served.Repository, served.Version, unit.InRepository, cancellationToken) is not null;

    private static ProblemException UnknownManifest(string reference) =>
        new(ProblemKind.ManifestUnknown, "The repository has no such manifest.", reference);
}
