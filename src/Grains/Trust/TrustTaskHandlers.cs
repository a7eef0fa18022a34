using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>Changes a trust policy; when it ends, all nodes go by it.</summary>
public sealed class TrustPolicyUpdateHandler(ITrustPolicyStore policies, IGateLease lease) : ITaskHandler
{
    public string Kind => TrustPolicyUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<TrustPolicyUpdate>();
        await policies.UpdateAsync(update.Id, update.Before, update.After, update.By, cancellationToken);
        await lease.RunOutAsync(cancellationToken);
    }
}

/// <summary>Deletes a trust policy.</summary>
public sealed class TrustPolicyDeletionHandler(ITrustPolicyStore policies) : ITaskHandler
{
    public string Kind => TrustPolicyDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var deletion = context.Read<TrustPolicyDeletion>();
        return policies.DeleteAsync(deletion.Id, deletion.By, cancellationToken);
    }
}
