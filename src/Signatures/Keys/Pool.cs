using System.Collections.Concurrent;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>
/// Platform keys for reuse: making one costs more than a verification, and none may serve two threads at once.
/// </summary>
/// <remarks>Holds as many as were ever in use at the same time.</remarks>
internal sealed class Pool<T>
    where T : class
{
    private readonly ConcurrentBag<T> _idle = [];
    private readonly Func<T> _create;

    /// <summary>Makes the first one at once, so that a key the platform refuses is told when it is loaded.</summary>
    public Pool(Func<T> create)
    {
        _create = create;
        _idle.Add(create());
    }

    public Rented Rent() => new(this, _idle.TryTake(out var key) ? key : _create());

    /// <summary>A key on loan: disposing hands it back.</summary>
    public readonly ref struct Rented(Pool<T> pool, T key)
    {
        public T Key { get; } = key;

        public void Dispose() => pool._idle.Add(Key);
    }
}
