using Microsoft.Extensions.Caching.Memory;

namespace OrleansRegistry.Access;

/// <summary>
/// Slows down who guesses: after some wrong passwords of an account from an address, no others are compared for a while,
/// each time longer. Others of that address, and that account elsewhere, notice nothing.
/// </summary>
internal sealed class BackOff(TimeProvider clock) : IDisposable
{
    private const int Free = 10;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);

    private readonly MemoryCache _failures = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    /// <exception cref="ProblemException">It is too early for another password.</exception>
    public void Require(HashingSource source)
    {
        if (_failures.TryGetValue<Failures>(source, out var known) && known!.Pause(clock) is { Ticks: > 0 } pause)
            throw new ProblemException(
                ProblemKind.TooManyRequests,
                "Too many wrong passwords of this user from this address; "
                + $"try again in {Math.Ceiling(pause.TotalSeconds)} seconds.",
                source.Account);
    }

    public void Failed(HashingSource source) => _failures.GetOrCreate(source, entry =>
    {
        entry.Size = 1;
        entry.SlidingExpiration = Remembered;
        return new Failures();
    })!.Add(clock);

    public void Succeeded(HashingSource source) => _failures.Remove(source);

    public void Dispose() => _failures.Dispose();

    private sealed class Failures
    {
        private readonly Lock _lock = new();
        private int _count;
        private long _last;

        public void Add(TimeProvider clock)
        {
            lock (_lock)
                (_count, _last) = (_count + 1, clock.GetTimestamp());
        }

        public TimeSpan Pause(TimeProvider clock)
        {
            lock (_lock)
                return _count < Free
                    ? TimeSpan.Zero
                    : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, _count - Free), Longest.TotalSeconds))
                        - clock.GetElapsedTime(_last);
        }
    }
}
