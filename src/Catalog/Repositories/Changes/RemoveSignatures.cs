using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Takes signatures away, and nothing else. Where none is meant, nothing changes.</summary>
/// <param name="Ids">Of these only, or null.</param>
/// <param name="Key">
/// Of this key only, or null: a key id (16 hex digits) or a fingerprint (40 or 64), of either case. The primary key of a
/// known certificate stands for its subkeys too.
/// </param>
/// <param name="Manifest">Of this image only, or null.</param>
public sealed record RemoveSignatures(
    IReadOnlyCollection<Guid>? Ids = null, string? Key = null, Digest? Manifest = null) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var filter = await FilterAsync(view, cancellationToken);
        var meant = await view.Sets.SignaturesAsync(view.Repository, version: null, filter, cancellationToken);
        if (Ids is null)
            return new([], meant);
        var listed = (await view.Sets.FindByIdAsync(Ids, cancellationToken)).Select(found => found.Unit).ToHashSet();
        return new([], [.. meant.Where(listed.Contains)]);
    }

    private async Task<SignatureFilter> FilterAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (Key is null)
            return new(Manifest: Manifest);
        var key = Key.ToUpperInvariant();
        var keys = await view.Context.Keys.WithSubkeysAsync(key, cancellationToken);
        return key.Length == 16 ? new(KeyIds: keys, Manifest: Manifest) : new(Fingerprints: keys, Manifest: Manifest);
    }
}
