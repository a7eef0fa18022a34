using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace OrleansRegistry.Events;

/// <summary>The streams by which nodes hear of what was committed: in memory, one for each node.</summary>
public static class EventStreams
{
    /// <summary>Names the provider, and the streams.</summary>
    internal const string Name = "events";

    // One line for all: it is asked every tenth of a second whether there is something in it.
    private const int Queues = 1;

    /// <summary>What a node needs to publish events and to hear them.</summary>
    public static ISiloBuilder AddEvents(this ISiloBuilder silo)
    {
        silo.AddMemoryStreams(Name, streams =>
        {
            streams.ConfigurePartitioning(Queues);
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        });
        silo.AddPlacementDirector<OnNamedNode, NamedNodeDirector>();
        silo.Services.AddSingleton<NodeEvents>();
        silo.Services.AddSingleton<IEventSource>(services => services.GetRequiredService<NodeEvents>());
        silo.Services.AddSingleton<EventPublisher>();
        silo.Services.AddSingleton<IEventPublisher>(services => services.GetRequiredService<EventPublisher>());
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            services => services.GetRequiredService<EventPublisher>());
        return silo;
    }

    /// <summary>What a node's stream and grain are called.</summary>
    internal static string KeyOf(SiloAddress node) => node.ToParsableString();
}
