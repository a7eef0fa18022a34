using Microsoft.Extensions.Caching.Memory;

namespace OrleansRegistry.Storage;

/// <summary>
/// Facts that never change, kept in this node's memory: what a version holds, what a digest names. Bounded; the least
/// recently used go first.
/// </summary>
public sealed class NodeCache : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;

    // What an entry costs besides its content: the key, and the cache's own bookkeeping.
    private const int Overhead = 400;

    private static readonly KeyValuePair<string, object?> Hit = new("outcome", "hit");
    private static readonly KeyValuePair<string, object?> Miss = new("outcome", "miss");

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MostBytes });

    public bool TryGet<T>(object key, out T? value)
    {
        var isKnown = _cache.TryGetValue(key, out value);
        Measures.CacheLooks.Add(1, isKnown ? Hit : Miss);
        return isKnown;
    }

    public void Keep<T>(object key, T value, int bytes) =>
        _cache.Set(key, value, new MemoryCacheEntryOptions { Size = bytes + Overhead });

    public void Dispose() => _cache.Dispose();
}
