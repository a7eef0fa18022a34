using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OrleansRegistry.Storage;

/// <summary>
/// The SHA-256 of uploads as far as this node has seen them, so that a blob pushed through one node is read once.
/// Losing one costs a second reading, never a wrong digest: each is kept with the offset it stands at.
/// </summary>
internal sealed class RunningHashes
{
    private const int Most = 1024;

    private readonly ConcurrentDictionary<Guid, (long Offset, IncrementalHash Hash)> _hashes = new();

    /// <summary>Takes out the hash of the first <paramref name="offset"/> bytes; null where this node did not see them all.</summary>
    public IncrementalHash? Take(Guid upload, long offset)
    {
        if (_hashes.TryRemove(upload, out var known))
        {
            if (known.Offset == offset)
                return known.Hash;
            known.Hash.Dispose();
        }

        return offset == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    public void Keep(Guid upload, long offset, IncrementalHash? hash)
    {
        if (hash is null)
            return;
        if (_hashes.Count >= Most || !_hashes.TryAdd(upload, (offset, hash)))
            hash.Dispose();
    }

    public void Forget(Guid upload) => Take(upload, -1)?.Dispose();
}
