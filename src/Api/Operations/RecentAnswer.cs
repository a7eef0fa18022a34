namespace OrleansRegistry.Operations;

/// <summary>An answer that all who ask at about the same time share.</summary>
internal sealed class RecentAnswer<T>(Func<Task<T>> ask, TimeSpan fresh)
{
    private readonly Lock _asking = new();
    private Task<T>? _answer;
    private long _asked;

    public Task<T> GetAsync()
    {
        lock (_asking)
        {
            var isOld = _answer is null || (_answer.IsCompleted && TimeProvider.System.GetElapsedTime(_asked) >= fresh);
            if (!isOld)
                return _answer!;
            _asked = TimeProvider.System.GetTimestamp();
            return _answer = ask();
        }
    }
}
