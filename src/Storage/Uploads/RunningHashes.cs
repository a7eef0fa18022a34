using System.Security.Cryptography;

namespace OrleansRegistry.Storage;

/// <summary>
/// The SHA-256 of uploads as far as this node has seen them, so that a blob pushed through one node is read once.
/// Losing one costs a second reading, never a wrong digest: each is kept with the offset it stands at. Of more than it
/// keeps, those go that were not written to for the longest time: they may be abandoned.
/// </summary>
public sealed class RunningHashes
{
    /// <summary>How many it keeps.</summary>
    public const int Most = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, LinkedListNode<Kept>> _hashes = [];
    private readonly LinkedList<Kept> _byAge = [];

    /// <summary>Takes out the hash of the first <paramref name="offset"/> bytes; null where this node did not see them all.</summary>
    public IncrementalHash? Take(Guid upload, long offset)
    {
        if (Remove(upload) is { } known)
        {
            if (known.Offset == offset)
                return known.Hash;
            known.Hash.Dispose();
        }

        return offset == 0 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Keeps the hash of the first <paramref name="offset"/> bytes.</summary>
    public void Keep(Guid upload, long offset, IncrementalHash? hash)
    {
        if (hash is null)
            return;
        Kept? gone;
        lock (_gate)
            if (_hashes.ContainsKey(upload))
                gone = new(upload, offset, hash); // two wrote to it: whoever was first keeps theirs
            else
            {
                _hashes[upload] = _byAge.AddLast(new Kept(upload, offset, hash));
                gone = _hashes.Count > Most ? _byAge.First!.Value : null;
                if (gone is not null)
                    Forget(_byAge.First!);
            }

        gone?.Hash.Dispose();
    }

    public void Forget(Guid upload) => Remove(upload)?.Hash.Dispose();

    private Kept? Remove(Guid upload)
    {
        lock (_gate)
        {
            if (!_hashes.TryGetValue(upload, out var known))
                return null;
            Forget(known);
            return known.Value;
        }
    }

    private void Forget(LinkedListNode<Kept> known)
    {
        _byAge.Remove(known);
        _hashes.Remove(known.Value.Upload);
    }

    private sealed record Kept(Guid Upload, long Offset, IncrementalHash Hash);
}
