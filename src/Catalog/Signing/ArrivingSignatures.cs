using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Signing;

/// <summary>Whether a signature may come in.</summary>
public static class ArrivingSignatures
{
    /// <summary>Why it may not; null where it may. One that is here already was first seen when it came.</summary>
    public static async ValueTask<WithheldKey?> FindAsync(
        this Withheld withheld, Signature signature, IContentSets sets, CancellationToken cancellationToken)
    {
        if (withheld.Find(signature.KeyId, signature.Fingerprint) is not { } found)
            return null;
        var stored = await sets.FindStoredAsync([signature.Unit], cancellationToken);
        return stored is [var known]
            ? withheld.Find(signature.KeyId, signature.Fingerprint, FirstSeen.Of(known.Id))
            : found;
    }

    /// <summary>The same of a manifest that attaches signatures by those keys.</summary>
    public static async ValueTask<WithheldKey?> FindAsync(
        this Withheld withheld,
        Digest manifest,
        AttachedKeys attached,
        IContentSets sets,
        CancellationToken cancellationToken)
    {
        if (Find(withheld, attached, DateTimeOffset.MaxValue) is not { } found)
            return null;
        var stored = await sets.FindStoredAsync([ContentUnit.Manifest(manifest)], cancellationToken);
        return stored is [var known] ? Find(withheld, attached, FirstSeen.Of(known.Id)) : found;
    }

    private static WithheldKey? Find(Withheld withheld, AttachedKeys attached, DateTimeOffset firstSeen) => attached.Keys
        .Select(made => withheld.Find(made.Name.KeyId, made.Name.Fingerprint, firstSeen))
        .FirstOrDefault(found => found is not null);
}
