namespace OrleansRegistry.Sync;

/// <summary>What was found out about somebody, for ten minutes. A failure is not remembered.</summary>
internal sealed class Remembered<T>(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _line = new(1);
    private (T Value, DateTimeOffset Until)? _known;

    public async Task<T> GetAsync(Func<CancellationToken, Task<T>> find, CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken);
        try
        {
            if (_known is not { } known || known.Until <= time.GetUtcNow())
                _known = known = (await find(cancellationToken), time.GetUtcNow() + Life);
            return known.Value;
        }
        finally
        {
            _line.Release();
        }
    }
}
