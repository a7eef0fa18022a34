using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>Changes a trust policy.</summary>
public sealed class TrustPolicyUpdateHandler(ITrustPolicyStore policies) : ITaskHandler
{
    public string Kind => TrustPolicyUpdate.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<TrustPolicyUpdate>();
        return policies.UpdateAsync(update.Id, update.Before, update.After, update.By, cancellationToken);
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
