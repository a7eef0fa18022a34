using Orleans.Placement;
using Orleans.Runtime.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OrleansRegistry.Events;

/// <inheritdoc cref="INodeEventsGrain"/>
/// <remarks>
/// The subscription is implicit: all there is of it is the grain's type. So no node's death can lose it, and a node
/// hears from its first event on.
/// </remarks>
[ImplicitStreamSubscription(EventStreams.Name)]
[OnNamedNode]
internal sealed class NodeEventsGrain(NodeEvents events, ILocalSiloDetails silo)
    : Grain, INodeEventsGrain, IStreamSubscriptionObserver, IAsyncObserver<RegistryEvent>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<RegistryEvent>().ResumeAsync(this);

    public Task OnNextAsync(RegistryEvent item, StreamSequenceToken? token = null)
    {
        if (this.GetPrimaryKeyString() == EventStreams.KeyOf(silo.SiloAddress))
            events.Hear(item);
        else
            DeactivateOnIdle(); // meant for a node that is gone, or that this one did not know yet
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

/// <summary>Places a grain on the node that its key names.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnNamedNodeAttribute() : PlacementAttribute(new OnNamedNode());

/// <summary>The node that the key names; any other where there is no such node.</summary>
[GenerateSerializer]
[Immutable]
[Alias("on-named-node")]
internal sealed class OnNamedNode : PlacementStrategy;

/// <inheritdoc cref="OnNamedNode"/>
internal sealed class NamedNodeDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString();
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos.FirstOrDefault(silo => EventStreams.KeyOf(silo) == key) ?? silos[0]);
    }
}
