using System.Security.Cryptography;

namespace OrleansRegistry.Bench.Images;

/// <summary>Bytes and their digest, <c>sha256:…</c>.</summary>
internal sealed record Blob(byte[] Bytes, string Digest)
{
    public static Blob Of(byte[] bytes) =>
        new(bytes, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");
}
