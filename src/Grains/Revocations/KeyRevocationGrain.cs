using Orleans.Placement;
using OrleansRegistry.Events;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IKeyRevocationGrain"/>
/// <remarks>
/// Two steps. The decision is committed first: from then on, no repository takes any of it. Whatever a node has confirmed
/// before that, it has forgotten when the lease has run out: then the revocation is in force, and this answers. The event
/// only makes nodes hear of it sooner; nothing rests on it, nor on who is a member of the cluster. It lives where it is asked
/// for: on a node that answers.
/// </remarks>
[PreferLocalPlacement]
internal sealed class KeyRevocationGrain(IRevocationStore store, IEventPublisher events, TimeProvider clock)
    : Grain, IKeyRevocationGrain
{
    public async Task RevokeAsync(RevocationOrder order)
    {
        await store.DecideAsync(order.Wish, order.Names);
        if (order.Wish is { IsDryRun: true } or { Subject.Signatures: not null })
            return; // nothing is forbidden
        var decided = await store.FindAsync(order.Wish.Id);
        if (decided is not { InForceAt: null })
            return;
        events.Publish(new GateChanged());
        await Task.Delay(RevocationGate.LongestLease, clock);
        await store.EnforcedAsync(order.Wish.Id);
    }

    public async Task WithdrawAsync(Guid revocation, string by, string reason)
    {
        await store.WithdrawAsync(revocation, by, reason);
        events.Publish(new GateChanged());
        await Task.Delay(RevocationGate.LongestLease, clock);
    }
}
