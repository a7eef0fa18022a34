using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Where it lies: see <see cref="BundlePath"/>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">Of its bytes: what the path says where it says one, else SHA-256.</param>
public sealed record BundleEntry(BundlePath Path, long Size, Digest Digest)
{
    public static BundleEntry Of(BundlePath path, ReadOnlySpan<byte> content) =>
        new(path, content.Length, path.Names?.SameAlgorithmOver(content) ?? Digest.Sha256(content));
}
