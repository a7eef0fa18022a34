using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Bundles;

/// <summary>
/// Reads a whole bundle and says what it is: nothing missing, nothing added, nothing altered. Without a server, and in memory
/// that does not grow with it.
/// </summary>
public sealed class BundleVerification
{
    private const int MostSignature = SignatureLimits.MaxBlobBytes;
    private const int MostNamed = 100;

    private readonly List<string> _revoked = [];
    private readonly RevocationList? _revocations;

    private BundleVerification(BundleDocument document, ReportPublicKey signer, RevocationList? revocations) =>
        (Document, Signer, _revocations) = (document, signer, revocations);

    public BundleDocument Document { get; }

    public ReportPublicKey Signer { get; }

    /// <summary>How many of its signatures are by revoked keys.</summary>
    public long Revoked { get; private set; }

    /// <summary>Those signatures, the first hundred of them.</summary>
    public IReadOnlyList<string> RevokedSignatures => _revoked;

    /// <param name="archive">The bundle.</param>
    /// <param name="key">Who must have signed it; null for whoever did.</param>
    /// <param name="revocations">What is revoked by now; null for what the bundle itself says.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BundleException">It is not whole, not as it was made, or made by somebody else.</exception>
    public static async Task<BundleVerification> RunAsync(
        Stream archive, ReportPublicKey? key, RevocationList? revocations, CancellationToken cancellationToken)
    {
        var reader = await BundleReader.OpenAsync(archive, cancellationToken);
        if (key is not null && !key.Equals(reader.Signer))
            throw new BundleException($"It was made by the key {reader.Signer.Fingerprint}, and not by {key.Fingerprint}.");
        var found = new BundleVerification(reader.Document, reader.Signer, revocations);
        while (await reader.NextAsync(cancellationToken) is { } path)
            await found.LookAsync(reader, path, cancellationToken);
        return found;
    }

    private async Task LookAsync(BundleReader reader, BundlePath path, CancellationToken cancellationToken)
    {
        if (_revocations is null)
            return;
        if (path.Part is BundlePart.Signatures
            && AtomicSignature.TryParse(await reader.ReadAllAsync(MostSignature, cancellationToken), out var signature, out _)
            && _revocations.Has(signature.KeyId, signature.Fingerprint))
            Note($"{path} by {signature.Fingerprint ?? signature.KeyId}");
        if (path.Part is BundlePart.Lists)
            await foreach (var unit in BundleLines.ReadAsync(reader.Open(), cancellationToken))
                foreach (var signer in unit.Signature is null ? unit.SignedBy ?? [] : []) // signatures lie there themselves
                    if (_revocations.Has(signer))
                        Note($"{unit.Manifest} in {path} by {signer}");
    }

    private void Note(string signature)
    {
        Revoked++;
        if (_revoked.Count < MostNamed)
            _revoked.Add(signature);
    }
}
