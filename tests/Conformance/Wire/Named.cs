using System.Security.Cryptography;
using System.Text;

namespace OrleansRegistry.Conformance;

/// <summary>Bytes with their name: what a descriptor says of them.</summary>
internal sealed record Named(byte[] Bytes, string MediaType, string Digest)
{
    public static Named Empty { get; } = Text("{}", MediaTypes.Empty);

    public static Named Random(int size, string mediaType = "application/octet-stream") =>
        Sha256(RandomNumberGenerator.GetBytes(size), mediaType);

    public static Named Text(string text, string mediaType) => Sha256(Encoding.UTF8.GetBytes(text), mediaType);

    public static Named Sha256(byte[] bytes, string mediaType = "application/octet-stream") =>
        new(bytes, mediaType, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");

    /// <summary>The same bytes, named by the longer hash.</summary>
    public Named BySha512() => this with { Digest = $"sha512:{Convert.ToHexStringLower(SHA512.HashData(Bytes))}" };
}
