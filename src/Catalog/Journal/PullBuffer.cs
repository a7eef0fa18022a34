namespace OrleansRegistry.Journal;

/// <summary>
/// Pulls that wait to be written down: those of one key are one entry, and of entries there are so many at most, those
/// that are being written among them. Nobody waits for it.
/// </summary>
/// <param name="most">How many entries.</param>
public sealed class PullBuffer(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PullKey, PullEntry> _waiting = [];
    private int _taken;

    /// <summary>How many entries wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>How many pulls wait.</summary>
    public long Pulls
    {
        get
        {
            lock (_lock)
                return _waiting.Values.Sum(entry => entry.Count);
        }
    }

    /// <summary>Takes a pull in. False where it has no room.</summary>
    public bool TryAdd(PullEntry entry)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue(entry.Key, out var held))
                _waiting[entry.Key] = held.With(entry);
            else if (_waiting.Count + _taken < most)
                _waiting.Add(entry.Key, entry);
            else
                return false;
            return true;
        }
    }

    /// <summary>Hands out some of what waits. Its room stays taken until one of the next two is called with it.</summary>
    public IReadOnlyList<PullEntry> Take(int limit)
    {
        lock (_lock)
        {
            var entries = _waiting.Values.Take(limit).ToList();
            foreach (var entry in entries)
                _waiting.Remove(entry.Key);
            _taken += entries.Count;
            return entries;
        }
    }

    /// <summary>What was taken is written.</summary>
    public void Release(IReadOnlyList<PullEntry> written)
    {
        lock (_lock)
            _taken -= written.Count;
    }

    /// <summary>What was taken is not written, and waits again.</summary>
    public void Return(IReadOnlyList<PullEntry> unwritten)
    {
        lock (_lock)
        {
            _taken -= unwritten.Count;
            foreach (var entry in unwritten)
                _waiting[entry.Key] = _waiting.TryGetValue(entry.Key, out var newer) ? newer.With(entry) : entry;
        }
    }
}
