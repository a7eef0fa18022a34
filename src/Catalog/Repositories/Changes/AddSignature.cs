using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Adds a stored signature to a repository that holds its manifest. The same one again changes nothing, in whatever bytes.
/// </summary>
/// <param name="Signature">The signature; its target is the manifest.</param>
/// <param name="Statement">What it states.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record AddSignature(ContentUnit Signature, string Statement, int Size) : RepositoryChange
{
    private readonly ContentKey _manifest = ContentKey.Manifest(Signature.Target!.Value);

    public override IEnumerable<ContentKey> Touches => [_manifest, Signature.InRepository];

    public override Digest? Weighs => Signature.Target;

    public override ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (view.Find(_manifest) is null)
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository does not hold that manifest.", _manifest.Key);
        if (view.Find(Signature.InRepository) is not null || view.HasStatement(_manifest.Digest, Statement))
            return new(new VersionDraft([], []));

        var weight = view.WeightOf(_manifest.Digest);
        var limits = view.Context.Signatures;
        if (weight.Signatures >= limits.MostPerImage || weight.Bytes + Size > limits.MostBytesPerImage)
            throw new ProblemException(
                ProblemKind.SignatureLimit,
                $"The image carries {weight.Signatures} signatures of {weight.Bytes} bytes; at most "
                + $"{limits.MostPerImage} of {limits.MostBytesPerImage} bytes can be served. Remove some first.",
                _manifest.Key);
        view.AddWeight(_manifest.Digest, Size, Statement);
        return new(new VersionDraft([Signature], []));
    }
}

/// <summary>The signatures that one manifest carries in a repository.</summary>
public readonly record struct SignatureWeight(int Signatures, long Bytes);
