using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>
/// Has a task sign the tags that come into repositories which want it: as soon as this node hears of a version, and of those
/// that it did not hear of, as soon as it looks.
/// </summary>
/// <remarks>
/// Every node hears and looks; the catalogue is the referee. A task is noted with its repository, in place of the one before,
/// and asked for under the id that was noted: whatever dies in between, it is one task; and while it waits, no other is.
/// </remarks>
internal sealed partial class NewTagWatch(
    IEventSource source,
    ISignOnPushStore store,
    SigningRepositories signing,
    ITaskDispatcher dispatcher,
    IOptions<SigningOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<NewTagWatch> logger) : BackgroundService
{
    private const int MostHeard = 1024;

    // What failed fails again, most likely, until somebody mends it. A push tries sooner.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var feed = source.Listen(
            happened => happened is VersionCommitted version && signing.Has(version.Repository), MostHeard);
        await lifetime.StartedAsync(stoppingToken);
        var interval = options.Value.NewTagsInterval;
        var next = clock.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            var (heard, missed) = feed.Take();
            var isLook = missed > 0 || clock.GetUtcNow() >= next;
            if (isLook)
                next = clock.GetUtcNow() + interval;
            try
            {
                if (isLook)
                    await LookAsync(stoppingToken);
                else
                    foreach (var repository in heard.OfType<VersionCommitted>().Select(one => one.Repository).Distinct())
                        await SignAsync(repository, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(exception); // the next look finds it
            }

            if (next - clock.GetUtcNow() is { Ticks: > 0 } pause)
                await feed.WaitAsync(pause, clock, stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await signing.RefreshAsync(store, cancellationToken);
        await SignAsync(null, cancellationToken);
    }

    private async Task SignAsync(Guid? repository, CancellationToken cancellationToken)
    {
        var failedBefore = clock.GetUtcNow() - AfterFailure;
        foreach (var unsigned in await store.FindUnsignedAsync(repository, failedBefore, cancellationToken))
        {
            // A task that was noted and that nobody knows was never asked for, or by another node only just now.
            var task = unsigned is { IsLastKnown: false, Last: { } noted } ? noted : Guid.CreateVersion7();
            if (task != unsigned.Last
                && !await store.TryNoteAsync(unsigned.Repository, unsigned.Last, task, cancellationToken))
                continue;
            await dispatcher.DispatchAsync(
                task, SigningTasks.SignNewTags(unsigned.Repository, unsigned.Service, unsigned.By));
        }
    }

    [LoggerMessage(LogLevel.Warning, "New tags are not being signed yet; looking again")]
    private partial void LogLater(Exception exception);
}
