using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The tags under which cosign, and the fallback of the referrers API, keep what they say of an image:
/// <c>sha256-</c>, 64 hex digits, and a suffix or none. They belong to the image, and are nobody's own.
/// </summary>
public static class CompanionTags
{
    private static readonly string[] Suffixes = ["", ".sig", ".att", ".sbom"];

    public static IEnumerable<Tag> Of(Digest manifest) =>
        Suffixes.Select(suffix => Tag.Parse($"{manifest.Algorithm}-{manifest.Hex[..64]}{suffix}"));

    /// <summary>The tag under which cosign looks for the signatures of an image.</summary>
    public static Tag SignaturesOf(Digest sha256) => Tag.Parse($"{sha256.Algorithm}-{sha256.Hex}.sig");

    /// <summary>The image that a tag speaks of, whatever its suffix; null where it speaks of none.</summary>
    public static Digest? ImageOf(Tag tag)
    {
        var name = tag.ToString().Split('.', 2)[0];
        return name.StartsWith("sha256-", StringComparison.Ordinal)
            && Digest.TryParse($"sha256:{name[7..]}", out var image)
                ? image
                : null;
    }
}
