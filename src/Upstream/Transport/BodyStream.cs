using OrleansRegistry.Content;

namespace OrleansRegistry.Sync;

/// <summary>How long a body may take.</summary>
/// <param name="Silence">The longest wait while nothing comes.</param>
/// <param name="Deadline">When all of it is late.</param>
internal sealed record BodyTiming(TimeSpan Silence, TimeProvider Time, CancellationToken Deadline);

/// <summary>The body of an answer. What ends it too early is an <see cref="IOException"/>; it never takes for ever.</summary>
internal sealed class BodyStream : ForwardStream
{
    // Fewer bytes than that do not break a silence: who sends one a minute would never end.
    private const int Sign = 1024;

    private readonly Stream _inner;
    private readonly string _host;
    private readonly BodyTiming _timing;
    private readonly IReadOnlyList<IDisposable> _held;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _stop;
    private TimeSpan _waited;
    private int _heard;
    private long _skip;

    public BodyStream(Stream inner, string host, BodyTiming timing, long skip, IReadOnlyList<IDisposable> held)
    {
        (_inner, _host, _timing, _skip, _held) = (inner, host, timing, skip, held);
        _late = new(Timeout.InfiniteTimeSpan, timing.Time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, timing.Deadline);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_skip > 0)
            await SkipAsync(cancellationToken);
        var count = await ReadOnAsync(buffer, cancellationToken);
        Taken += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            foreach (var held in _held)
                held.Dispose();
            _stop.Dispose();
            _late.Dispose();
        }

        base.Dispose(disposing);
    }

    // For a server that knows no ranges.
    private async Task SkipAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (_skip > 0)
        {
            var count = await ReadOnAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, _skip)), cancellationToken);
            if (count == 0)
                throw new IOException($"{_host} has fewer bytes than it had.");
            _skip -= count;
        }
    }

    private async ValueTask<int> ReadOnAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var begun = _timing.Time.GetTimestamp();
        try
        {
            int count;
            _late.CancelAfter(_timing.Silence - _waited);
            using (cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop))
                count = await _inner.ReadAsync(buffer, _stop.Token);
            _late.CancelAfter(Timeout.InfiniteTimeSpan);
            Hear(count, _timing.Time.GetElapsedTime(begun));
            return count;
        }
        catch (Exception exception) when (
            Faults.Translate(exception, _host, cancellationToken) is { } fault)
        {
            throw new IOException(fault.Message, exception);
        }
    }

    private void Hear(int count, TimeSpan wait)
    {
        _heard += count;
        _waited += wait;
        if (_heard >= Sign)
            (_heard, _waited) = (0, TimeSpan.Zero);
        else if (_waited >= _timing.Silence)
            _waited = _timing.Silence - TimeSpan.FromMilliseconds(1);
    }
}
