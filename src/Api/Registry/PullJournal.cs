using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Journal;

namespace OrleansRegistry.Registry;

/// <inheritdoc cref="IPullJournal"/>
/// <remarks>
/// What could not be written waits, as far as there is room, and is tried again a second later. A commit whose answer was
/// lost counts twice then: that somebody pulled something is what the journal is for, and how often is not.
/// </remarks>
internal sealed partial class PullJournal(
    IPullStore store, IOptions<JournalOptions> options, TimeProvider clock, ILogger<PullJournal> logger)
    : BackgroundService, IPullJournal
{
    /// <summary>So many entries fit into some megabytes.</summary>
    public const int MostWaiting = 32 * 1024;

    // The embedded store has one writer, which others wait for.
    private const int MostAtOnce = 500;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly PullBuffer _buffer = new(MostWaiting);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly bool _isOn = options.Value.Days > 0;

    public void Record(Pull pull)
    {
        if (_isOn && !_buffer.TryAdd(PullEntry.Of(pull, clock.GetUtcNow())))
            Measures.PullsUnrecorded.Add(1);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            // What comes meanwhile is for the next turn.
            for (var left = _buffer.Count; left > 0; left -= MostAtOnce)
                await WriteAsync(_buffer.Take(MostAtOnce));
        }
        finally
        {
            _turn.Release();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception failure)
        {
            LogLost(_buffer.Pulls, failure);
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, clock);
        var isAway = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await FlushAsync(CancellationToken.None);
                isAway = false;
            }
            catch (Exception failure)
            {
                if (!isAway)
                    LogAway(failure);
                isAway = true;
            }
    }

    // Once begun it is not given up: whether it was committed would not be known.
    private async Task WriteAsync(IReadOnlyList<PullEntry> entries)
    {
        var isWritten = false;
        try
        {
            await store.AddAsync(entries, CancellationToken.None);
            isWritten = true;
        }
        finally
        {
            if (isWritten)
                _buffer.Release(entries);
            else
                _buffer.Return(entries);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The journal of pulls cannot be written; it is tried again every second")]
    private partial void LogAway(Exception failure);

    [LoggerMessage(LogLevel.Warning, "{Pulls} pulls were not written into the journal before the end")]
    private partial void LogLost(long pulls, Exception failure);
}
