using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OrleansRegistry.Bench.Images;

/// <summary>A layer of any size that is never held as a whole: random blocks of 1 MiB, each with its own number.</summary>
internal sealed class LargeLayer
{
    private const int BlockBytes = 1 << 20;
    private readonly byte[] _block = new byte[BlockBytes];

    public LargeLayer(long length)
    {
        Length = length;
        Random.Shared.NextBytes(_block);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks())
            hash.AppendData(block.Span);
        Digest = $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    public long Length { get; }

    public string Digest { get; }

    /// <summary>The content in order. Every block uses the same memory: done with one before the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        for (long position = 0; position < Length; position += BlockBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_block, position);
            yield return _block.AsMemory(0, (int)Math.Min(BlockBytes, Length - position));
        }
    }
}
