using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace OrleansRegistry.Events;

#pragma warning disable CA1001 // A source of cancellation without a timer holds nothing that must be disposed of.

/// <summary>
/// This node's mouth: what was committed waits here for a moment, the newest of each subject, and is told to all nodes
/// together. Whoever publishes never waits for it.
/// </summary>
/// <remarks>
/// Each node has a stream of its own, which its <see cref="NodeEventsGrain"/> subscribes to: so membership says who
/// hears, and there are no subscriptions to keep or to lose.
/// </remarks>
internal sealed partial class EventPublisher(
    IServiceProvider services, ISiloStatusOracle silos, TimeProvider clock, ILogger<EventPublisher> logger)
    : IEventPublisher, ILifecycleParticipant<ISiloLifecycle>
{
    // Subjects, not events: so many change in one pause only where nodes hear nothing for long.
    private const int MostWaiting = 4096;

    // What a listener may be behind, for the sake of telling a burst at once.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<(string, Guid), RegistryEvent> _waiting = [];

    private Task _telling = Task.CompletedTask;

    public void Publish(RegistryEvent happened)
    {
        lock (_gate)
            if (_waiting.Count < MostWaiting || _waiting.ContainsKey(happened.Subject))
                _waiting[happened.Subject] = happened;
            else
                Measures.EventsLost.Add(1);
        _wake.Writer.TryWrite(true);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(EventPublisher),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _telling = Task.Run(TellAllAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _telling;
        });

    private async Task TellAllAsync()
    {
        var provider = services.GetRequiredKeyedService<IStreamProvider>(EventStreams.Name);
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_stop.Token))
            {
                _wake.Reader.TryRead(out _);
                var news = Take();
                await Task.WhenAll(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(
                    node => TellAsync(provider, node, news)));
                await Task.Delay(Pause, clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The node leaves.
        }
    }

    private async Task TellAsync(IStreamProvider provider, SiloAddress node, RegistryEvent[] news)
    {
        try
        {
            await provider.GetStream<RegistryEvent>(EventStreams.Name, EventStreams.KeyOf(node))
                .OnNextBatchAsync(news).WaitAsync(_stop.Token);
        }
        catch (Exception lost) when (!_stop.IsCancellationRequested)
        {
            Measures.EventsLost.Add(news.Length);
            LogLost(news.Length, node, lost);
        }
    }

    private RegistryEvent[] Take()
    {
        lock (_gate)
        {
            RegistryEvent[] news = [.. _waiting.Values];
            _waiting.Clear();
            return news;
        }
    }

    [LoggerMessage(LogLevel.Debug, "{Events} events did not reach {Node}")]
    private partial void LogLost(int events, SiloAddress node, Exception lost);
}
