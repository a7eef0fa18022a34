using Orleans.Placement;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Revocations;

/// <inheritdoc cref="IKeyRevocationGrain"/>
/// <remarks>
/// Two steps. The decision is committed first: from then on, no repository takes any of it. Whatever a node has confirmed
/// before that, it has forgotten when the lease has run out: then the revocation is in force, and this answers. It lives where
/// it is asked for: on a node that answers.
/// </remarks>
[PreferLocalPlacement]
internal sealed class KeyRevocationGrain(IRevocationStore store, IGateLease lease)
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
        await lease.RunOutAsync();
        await store.EnforcedAsync(order.Wish.Id);
    }

    public async Task WithdrawAsync(Guid revocation, string by, string reason)
    {
        await store.WithdrawAsync(revocation, by, reason);
        await lease.RunOutAsync();
    }
}
