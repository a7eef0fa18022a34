using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The tags under which cosign, and the fallback of the referrers API, keep what they say of an image:
/// <c>sha256-</c>, 64 hex digits, and a suffix or none. They belong to the image, and are nobody's own.
/// </summary>
public static class CompanionTags
{
    private static readonly string[] Suffixes = ["", ".sig", ".att", ".sbom"];

    public static IEnumerable<string> Of(string manifest)
    {
        var digest = Digest.Parse(manifest);
        return Suffixes.Select(suffix => $"{digest.Algorithm}-{digest.Hex[..64]}{suffix}");
    }

    /// <summary>The image that a tag speaks of, whatever its suffix; null where it speaks of none.</summary>
    public static Digest? ImageOf(string tag)
    {
        var dot = tag.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? tag : tag[..dot];
        return name.StartsWith("sha256-", StringComparison.Ordinal)
            && Digest.TryParse($"sha256:{name[7..]}", out var image)
                ? image
                : null;
    }
}
