using System.Net;
using System.Security.Cryptography;

namespace OrleansRegistry.Conformance;

/// <summary>A body of any length that is never in memory as a whole.</summary>
internal sealed class Generated(long length) : HttpContent
{
    private static readonly byte[] Block = RandomNumberGenerator.GetBytes(1024 * 1024);

    /// <summary>The digest of a body of that length.</summary>
    public static string DigestOf(long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks(length))
            hash.AppendData(block.Span);
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var block in Blocks(length))
            await stream.WriteAsync(block);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Blocks(long length)
    {
        for (var left = length; left > 0; left -= Block.Length)
            yield return Block.AsMemory(0, (int)Math.Min(left, Block.Length));
    }
}
