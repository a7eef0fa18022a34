using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.SigningKeys;

/// <inheritdoc cref="IAttribution"/>
internal sealed class Attribution(KeyCabinet cabinet, AttachedLayers layers) : IAttribution
{
    // A manifest is asked for when it is let in, and once more when it is stored.
    private const int MostRemembered = 256;

    // Signatures times keys: about a second's work. Nobody's image has that many.
    private const int MostTries = 20_000;

    private readonly ConcurrentDictionary<Digest, AttachedKeys> _remembered = new();

    public async ValueTask<AttachedKeys?> FindAsync(
        Manifest manifest, ManifestDocument document, CancellationToken cancellationToken)
    {
        if (!Signing.SignatureManifests.Contains(document))
            return null;
        var keys = await cabinet.AskAsync(cancellationToken);
        if (_remembered.TryGetValue(manifest.Digest, out var known) && known.Epoch == keys.Epoch)
            return known;
        if ((long)document.Layers.Count * keys.Public.Count > MostTries)
            throw new ProblemException(
                ProblemKind.ManifestInvalid,
                $"The manifest attaches {document.Layers.Count} signatures, more than can be tried against all known keys; "
                + "spread them over several manifests.",
                manifest.Digest.ToString());
        var made = new AttachedKeys(
            keys.Epoch,
            keys.Public.Count == 0
                ? []
                : [.. (await layers.ReadAsync(manifest, document, cancellationToken)).SelectMany(one => one.MadeBy(keys)).Distinct()]);
        if (_remembered.Count >= MostRemembered)
            _remembered.Clear();
        return _remembered[manifest.Digest] = made;
    }

    public async ValueTask<ProvenSignatures> ProveAsync(
        IReadOnlyCollection<byte[]> signatures, CancellationToken cancellationToken)
    {
        if (signatures.Count == 0)
            return new(null, []);
        var keys = await cabinet.AskAsync(cancellationToken);
        return new(
            keys.Epoch,
            keys.Certificates.Certificates.Count == 0
                ? [.. signatures.Select(_ => false)]
                : [.. signatures.Select(signature => IsProven(signature, keys.Certificates))]);
    }

    private static bool IsProven(byte[] signature, TrustedKeys keys) =>
        AtomicSignature.TryParse(signature, out var parsed, out _) && Verifier.FindMaker(parsed, keys) is not null;
}
