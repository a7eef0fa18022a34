using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>One signature that is wanted.</summary>
/// <param name="Manifest">The digest of the manifest.</param>
/// <param name="Sha256">The SHA-256 digest of its bytes, which signatures name: the same, but for one pushed by SHA-512.</param>
/// <param name="Reference">What it is to be signed as: the image, as clients name it.</param>
public sealed record SigningTarget(Digest Manifest, Digest Sha256, string Reference);
