using OrleansRegistry.Events;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IGateLease"/>
/// <remarks>The event only makes nodes hear of it sooner; nothing rests on it, nor on who is a member of the cluster.</remarks>
internal sealed class GateLease(IEventPublisher events, TimeProvider clock) : IGateLease
{
    public Task RunOutAsync(CancellationToken cancellationToken)
    {
        events.Publish(new GateChanged());
        return Task.Delay(RevocationGate.LongestLease, clock, cancellationToken);
    }
}
