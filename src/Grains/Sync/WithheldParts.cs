using OrleansRegistry.Content;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Sync;

/// <summary>
/// Leaves out what this registry withholds: images that were withdrawn, and what keys attached that are revoked. The
/// repository would refuse all that is brought with it.
/// </summary>
internal sealed class WithheldParts(ISignatureGate gate, IAttribution attribution, IContentSets sets)
{
    /// <summary>Leaves out what is known without looking into it.</summary>
    /// <exception cref="NotBroughtException">It is part of the image itself.</exception>
    public async Task LeaveOutNamedAsync(UpstreamImage image, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        foreach (var part in image.Parts.ToList())
            if (withheld.Find(part.Manifest.Digest) is { } content)
                LeaveOut(image, part, $"{content.Digest} is withheld here{content.Why}.");
    }

    /// <summary>Leaves out signatures by revoked keys: what they are made of is here.</summary>
    /// <exception cref="NotBroughtException">One of them is the image itself, as under a companion tag.</exception>
    public async Task LeaveOutAttachedAsync(UpstreamImage image, CancellationToken cancellationToken)
    {
        var withheld = await gate.AskAsync(cancellationToken);
        if (withheld.Keys.Count == 0)
            return;
        foreach (var part in image.Parts.ToList())
            if (await attribution.FindAsync(part.Manifest, part.Document, cancellationToken) is { Keys.Count: > 0 } attached
                && await withheld.FindAsync(part.Manifest.Digest, attached, sets, cancellationToken) is { } key)
                LeaveOut(
                    image, part,
                    $"{part.Manifest.Digest} is a signature by {key.Fingerprint ?? key.KeyId}, withheld here{key.Why}.");
    }

    private static void LeaveOut(UpstreamImage image, UpstreamPart part, string why)
    {
        if (!image.LeaveOut(part, why))
            throw NotBroughtException.Skipped(SyncReason.Withheld, why);
    }
}
