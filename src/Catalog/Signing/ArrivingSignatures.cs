using OrleansRegistry.Content;

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
        var stored = await sets.FindStoredAsync(ContentKind.Signature, [signature.Unit.Key], cancellationToken);
        return stored is [var known]
            ? withheld.Find(signature.KeyId, signature.Fingerprint, FirstSeen.Of(known.Id))
            : found;
    }
}
