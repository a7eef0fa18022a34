using Microsoft.Extensions.Logging;

namespace OrleansRegistry.Access;

/// <summary>Tells the log who failed to log in: some of them each minute, and how many others there were.</summary>
internal sealed partial class LoginFailures(TimeProvider clock, ILogger<LoginFailures> logger)
{
    private const int MostAtOnce = 10;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _began;
    private int _count;

    /// <summary>Names the account only where there is one: people type their password there.</summary>
    public void Add(HashingSource source, bool isKnown)
    {
        int others;
        lock (_lock)
        {
            others = 0;
            if (_count == 0 || clock.GetElapsedTime(_began) >= Window)
                (others, _began, _count) = (Math.Max(0, _count - MostAtOnce), clock.GetTimestamp(), 0);
            if (++_count > MostAtOnce)
                return;
        }

        if (others > 0)
            LogOthers(others);
        if (isKnown)
            LogFailure(source.Account, source.Address);
        else
            LogUnknown(source.Address);
    }

    [LoggerMessage(LogLevel.Warning, "A login as '{User}' from {Address} failed")]
    private partial void LogFailure(string user, string address);

    [LoggerMessage(LogLevel.Warning, "A login from {Address} failed: no user of that name may log in")]
    private partial void LogUnknown(string address);

    [LoggerMessage(LogLevel.Warning, "{Count} other logins failed meanwhile")]
    private partial void LogOthers(int count);
}
