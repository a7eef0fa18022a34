using OrleansRegistry.Distributions;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Namespaces;

/// <summary>Holds what is below a namespace to a trust policy; when it ends, all nodes go by it.</summary>
public sealed class NamespaceUpdateHandler(INamespaceStore namespaces, IGateLease lease) : ITaskHandler
{
    public string Kind => NamespaceUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<NamespaceUpdate>();
        await namespaces.TrustAsync(update.Id, update.TrustPolicy, cancellationToken);
        await lease.RunOutAsync(cancellationToken);
    }
}

/// <summary>Deletes a namespace with its distributions, and the repositories whose only ones they were.</summary>
public sealed class NamespaceDeletionHandler(
    INamespaceStore namespaces,
    IDistributionSettingsStore distributions,
    IRepositoryStore repositories,
    IGrainFactory grains) : ITaskHandler
{
    // A push may add a distribution while the others go.
    private const int MaxRounds = 5;

    public string Kind => NamespaceDeletion.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (id, known) = context.Read<NamespaceDeletion>();
        IReadOnlyList<DistributionDeletion> below = known;
        for (var round = 0; round < MaxRounds; round++)
        {
            foreach (var distribution in below)
                await DistributionDeletionHandler.DeleteAsync(
                    distribution, distributions, repositories, grains, cancellationToken);
            below = await namespaces.DistributionsOfAsync(id, cancellationToken);
            if (await namespaces.DeleteAsync(id, cancellationToken) || below.Count == 0)
                return;
        }

        throw new ProblemException(
            ProblemKind.NameUnknown, "Distributions keep being added to the namespace; stop the pushes first.");
    }
}
