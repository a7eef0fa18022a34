using Microsoft.Extensions.Caching.Memory;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>
/// Verdicts on this node, by everything that goes into them but the time: what a version holds never changes, and the rest
/// has a number. They end when a key or a signature that they rest on does.
/// </summary>
internal sealed class VerdictCache(TimeProvider clock) : IDisposable
{
    private const int Most = 50_000;

    // Time alone may also allow what it refused: a signature from the future.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <summary>What stands; null where it must be judged.</summary>
    public TrustVerdict? Find(VerdictKey key) =>
        _cache.TryGetValue<Kept>(key, out var kept) && kept!.Until > clock.GetUtcNow() ? kept.Verdict : null;

    public TrustVerdict Keep(VerdictKey key, Judgement judgement)
    {
        var until = clock.GetUtcNow() + Longest;
        if (judgement.EndsAt < until)
            until = judgement.EndsAt.Value;
        _cache.Set(key, new Kept(judgement.Verdict, until), new MemoryCacheEntryOptions { Size = 1 });
        return judgement.Verdict;
    }

    public void Dispose() => _cache.Dispose();

    private sealed record Kept(TrustVerdict Verdict, DateTimeOffset Until);
}

/// <summary>What a verdict is on, and by what.</summary>
internal sealed record VerdictKey(PulledImage Image, Digest Content, Guid Policy, int Revision, long Epoch);
