using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>
/// One hash over a list of files that grows at its end, in memory of the logarithm of its length. A file is hashed as its path,
/// a zero, its size in eight bytes, and its digest. Source: RFC 9162, 2.1.1.
/// </summary>
internal sealed class MerkleTree
{
    private readonly Stack<(byte[] Hash, long Leaves)> _peaks = new();

    public void Add(BundleEntry entry)
    {
        (byte[] Hash, long Leaves) node = (Leaf(entry), 1);
        while (_peaks.TryPeek(out var left) && left.Leaves == node.Leaves)
            node = (Node(_peaks.Pop().Hash, node.Hash), 2 * node.Leaves);
        _peaks.Push(node);
    }

    public Digest Root => Digest.FromHash(
        "sha256",
        _peaks.Count == 0 ? SHA256.HashData([]) : _peaks.Select(peak => peak.Hash).Aggregate((right, left) => Node(left, right)));

    private static byte[] Leaf(BundleEntry entry)
    {
        var size = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(size, entry.Size);
        return SHA256.HashData(
            [0, .. Encoding.ASCII.GetBytes(entry.Path.Text), 0, .. size, .. Encoding.ASCII.GetBytes(entry.Digest.ToString())]);
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
