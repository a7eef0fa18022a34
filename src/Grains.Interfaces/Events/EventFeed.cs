using System.Threading.Channels;

namespace OrleansRegistry.Events;

/// <summary>What one listener has yet to read: a bounded line, whose oldest make room for the newest.</summary>
public sealed class EventFeed : IDisposable
{
    private readonly Func<RegistryEvent, bool> _wanted;
    private readonly Action<EventFeed> _left;
    private readonly Channel<RegistryEvent> _waiting;
    private long _missed;

    /// <param name="wanted">Which events.</param>
    /// <param name="most">How many may wait.</param>
    /// <param name="left">Told when nobody listens any more.</param>
    public EventFeed(Func<RegistryEvent, bool> wanted, int most, Action<EventFeed> left)
    {
        (_wanted, _left) = (wanted, left);
        _waiting = Channel.CreateBounded<RegistryEvent>(
            new BoundedChannelOptions(most) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _missed));
    }

    /// <summary>Takes in an event, if it is wanted.</summary>
    public void Hear(RegistryEvent happened)
    {
        if (_wanted(happened))
            _waiting.Writer.TryWrite(happened);
    }

    /// <summary>What waits to be read, and how many had to make room since this was asked last.</summary>
    public (IReadOnlyList<RegistryEvent> Heard, long Missed) Take()
    {
        var heard = new List<RegistryEvent>();
        while (_waiting.Reader.TryRead(out var next))
            heard.Add(next);
        return (heard, Interlocked.Exchange(ref _missed, 0));
    }

    /// <summary>Waits until there is something to read, but no longer than that.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heard = _waiting.Reader.WaitToReadAsync(enough.Token).AsTask();
        await Task.WhenAny(heard, Task.Delay(atMost, clock, enough.Token));
        await enough.CancelAsync(); // whichever of the two still waits
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _left(this);
}
