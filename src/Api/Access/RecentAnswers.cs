using System.Collections.Concurrent;

namespace OrleansRegistry.Access;

/// <summary>
/// Answers of the catalogue for those who come in crowds: each is read once, and given to all who ask within a second of
/// the moment at which the reading began. So none tells of a state older than that.
/// </summary>
internal sealed class RecentAnswers<TKey, TAnswer>(TimeProvider clock, Func<TKey, Task<TAnswer>> read)
    where TKey : notnull
{
    private const int Most = 10_000;
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TKey, Reading> _known = new();

    /// <summary>The answer, one second old at most.</summary>
    public async ValueTask<TAnswer> GetAsync(TKey key, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault(key);
        if (known is null || clock.GetElapsedTime(known.Began) >= Oldest || known.Answer.IsFaulted)
            known = Renew(key, known);
        return known.Answer.IsCompletedSuccessfully
            ? known.Answer.Result
            : await known.Answer.WaitAsync(cancellationToken);
    }

    // Of several who find an answer too old, one asks for all.
    private Reading Renew(TKey key, Reading? old)
    {
        if (_known.Count >= Most)
            _known.Clear(); // all of them are read again within a second anyway
        var own = new Reading(clock.GetTimestamp(), () => read(key));
        if (old is null ? _known.TryAdd(key, own) : _known.TryUpdate(key, own, old))
            return own;
        return _known.GetValueOrDefault(key) is { } others && clock.GetElapsedTime(others.Began) < Oldest ? others : own;
    }

    private sealed class Reading(long began, Func<Task<TAnswer>> read)
    {
        private readonly Lazy<Task<TAnswer>> _answer = new(read);

        public long Began => began;

        public Task<TAnswer> Answer => _answer.Value;
    }
}
