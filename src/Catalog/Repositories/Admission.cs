using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The one place by which all content comes into repositories, whatever brings it: what would not be served does not.
/// </summary>
/// <remarks>
/// What this is judged by is compared once more in the transaction. A decision that falls in between has all of it planned
/// anew.
/// </remarks>
public static class Admission
{
    /// <exception cref="ProblemException">Something that the draft adds is withheld.</exception>
    /// <exception cref="StoreUnavailableException">It adds signatures, and what is withheld is not known.</exception>
    public static async ValueTask RequireAsync(
        RepositoryView view, VersionDraft draft, Withheld withheld, CancellationToken cancellationToken)
    {
        if (withheld is { IsNothing: true, IsConfirmed: true })
            return;
        foreach (var unit in draft.Added)
            if (unit.Kind is ContentKind.Manifest && withheld.Find(unit.Digest) is { } content)
            {
                await view.Context.Refusals.CountAsync(content.Number, cancellationToken);
                throw Refusals.Of(content);
            }

        if (withheld.Keys.Count > 0)
            await RequireAttachedAsync(view, draft, withheld, cancellationToken);
        ContentUnit[] signatures = [.. draft.Added.Where(unit => unit.Kind is ContentKind.Signature)];
        if (signatures.Length == 0 || withheld.RequireConfirmed().Keys.Count == 0)
            return;
        if (await view.Sets.FindWithheldAsync(signatures, withheld, cancellationToken) is { } found
            && withheld.Find(found.KeyId, found.Fingerprint, found.FirstSeen) is { } key)
        {
            await view.Context.Refusals.CountAsync(key.Number, cancellationToken);
            throw Refusals.Of(key, found.Key.ToString());
        }
    }

    // Who made what is stored already was found out when it came; of what is new, now.
    private static async ValueTask RequireAttachedAsync(
        RepositoryView view, VersionDraft draft, Withheld withheld, CancellationToken cancellationToken)
    {
        Digest[] manifests = [.. draft.Added.Where(unit => unit.Kind is ContentKind.Manifest).Select(unit => unit.Digest)];
        if (manifests.Length == 0)
            return;
        var stored = await view.Sets.FindWithheldManifestAsync(manifests, withheld, cancellationToken);
        var key = stored is null ? null : withheld.Find(stored.Key.KeyId, stored.Key.Fingerprint, stored.FirstSeen);
        if (key is null && draft.Manifest is { } manifest
            && await view.Context.Attribution.FindAsync(manifest, manifest.Document, cancellationToken) is { } attached)
            key = await withheld.FindAsync(manifest.Digest, attached, view.Sets, cancellationToken);
        if (key is null)
            return;
        await view.Context.Refusals.CountAsync(key.Number, cancellationToken);
        throw Refusals.Of(key, (stored?.Digest ?? draft.Manifest!.Digest).ToString());
    }
}
