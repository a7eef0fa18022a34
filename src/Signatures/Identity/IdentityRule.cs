using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures;

/// <summary>
/// Decides whether a signature for one image reference counts for another. Source: containers-policy.json(5), signedIdentity.
/// </summary>
public abstract record IdentityRule
{
    private IdentityRule()
    {
    }

    /// <summary>The rule of clients whose policy names none.</summary>
    public static IdentityRule Default { get; } = new MatchRepoDigestOrExact();

    /// <summary>As policy.json names it.</summary>
    public string Type => $"{char.ToLowerInvariant(GetType().Name[0])}{GetType().Name[1..]}";

    /// <summary>Whether the rule accepts.</summary>
    /// <param name="pulled">What the user asked for, with tag or digest; null where the image has no reference.</param>
    /// <param name="signedReference">
    /// The reference in the verified signature; any text. What does not parse never matches.
    /// </param>
    public bool Accepts(ImageReference? pulled, string signedReference) =>
        ImageReference.TryParse(signedReference, out var signed) && Matches(pulled, signed);

    private protected abstract bool Matches(ImageReference? pulled, ImageReference signed);

    private static bool AreEqual(ImageReference? expected, ImageReference signed) =>
        expected is { IsNameOnly: false } && !signed.IsNameOnly && expected == signed;

    private static bool AreEqualOrByDigest(ImageReference? pulled, ImageReference signed) => pulled switch
    {
        { Tag: not null } => AreEqual(pulled, signed),
        { Digest: not null } => !signed.IsNameOnly && pulled.Name == signed.Name,
        _ => false,
    };

    /// <summary>Both have a tag or digest, and are equal.</summary>
    public sealed record MatchExact : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            AreEqual(pulled, signed);
    }

    /// <summary>Equal where a tag was pulled; of the same repository where a digest was.</summary>
    public sealed record MatchRepoDigestOrExact : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            AreEqualOrByDigest(pulled, signed);
    }

    /// <summary>Whatever reference parses. No policy file can say that.</summary>
    internal sealed record Any : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) => true;
    }

    /// <summary>Of the same repository.</summary>
    public sealed record MatchRepository : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            pulled?.Name == signed.Name;
    }

    /// <summary>
    /// Equal to a fixed reference, whatever was pulled. <see cref="Reference"/> needs a tag or digest to match.
    /// </summary>
    public sealed record ExactReference(ImageReference Reference) : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            AreEqual(Reference, signed);
    }

    /// <summary>Of a fixed repository, whatever was pulled. The tag of <see cref="Repository"/> is ignored.</summary>
    public sealed record ExactRepository(ImageReference Repository) : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            Repository.Name == signed.Name;
    }

    /// <summary>
    /// As by default, after <see cref="Prefix"/> of the pulled name is replaced by <see cref="SignedPrefix"/>.
    /// </summary>
    /// <remarks>
    /// Both are a host, a namespace or a repository, beginning with a host. What has not the prefix stays as it is.
    /// </remarks>
    public sealed record RemapIdentity(string Prefix, string SignedPrefix) : IdentityRule
    {
        private protected override bool Matches(ImageReference? pulled, ImageReference signed) =>
            pulled is not null && TryRemap(pulled, out var remapped) && AreEqualOrByDigest(remapped, signed);

        private bool TryRemap(ImageReference pulled, out ImageReference? remapped)
        {
            remapped = pulled;
            if (pulled.Name != Prefix && !pulled.Name.StartsWith($"{Prefix}/", StringComparison.Ordinal))
                return true;
            var text = SignedPrefix + pulled.ToString()[Prefix.Length..];
            return ImageReference.TryParse(text, out remapped) && remapped.ToString() == text;
        }
    }
}
