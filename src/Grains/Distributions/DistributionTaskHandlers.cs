using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Distributions;

/// <summary>Creates a distribution; its name serves at once.</summary>
public sealed class DistributionCreationHandler(IDistributionSettingsStore distributions, IGrainFactory grains)
    : ITaskHandler
{
    public string Kind => DistributionCreation.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var creation = context.Read<DistributionCreation>();
        await distributions.CreateAsync(creation.Id, creation.Settings, cancellationToken);
        await grains.RefreshAsync(creation.Settings.BasePath);
        context.AddCreated(new ResourceReference(ResourceKind.Distribution, creation.Id));
    }
}

/// <summary>Changes a distribution; pulls see it at once, by the old name and by the new one.</summary>
public sealed class DistributionUpdateHandler(
    IDistributionSettingsStore distributions, IGrainFactory grains, IGateLease lease) : ITaskHandler
{
    public string Kind => DistributionUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<DistributionUpdate>();
        var had = await distributions.UpdateAsync(update.Id, update.Before, update.After, cancellationToken)
            ?? throw new ProblemException(
                ProblemKind.NameUnknown, "The distribution does not exist any more.", update.Before.Name);
        foreach (var basePath in new[] { had, update.Before.BasePath, update.After.BasePath }.Distinct())
            await grains.RefreshAsync(basePath);
        if (update.Before.TrustPolicy != update.After.TrustPolicy)
            await lease.RunOutAsync(cancellationToken);
    }
}

/// <summary>Deletes a distribution, and the repository whose only one it was.</summary>
public sealed class DistributionDeletionHandler(
    IDistributionSettingsStore distributions, IRepositoryStore repositories, IGrainFactory grains) : ITaskHandler
{
    public string Kind => DistributionDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        DeleteAsync(context.Read<DistributionDeletion>(), distributions, repositories, grains, cancellationToken);

    // An earlier try may have come no further than the catalogue: then the grains have yet to hear of it.
    internal static async Task DeleteAsync(
        DistributionDeletion deletion,
        IDistributionSettingsStore distributions,
        IRepositoryStore repositories,
        IGrainFactory grains,
        CancellationToken cancellationToken)
    {
        var deleted = await distributions.DeleteAsync(deletion.Id, cancellationToken)
            ?? new(deletion.BasePath, deletion.Repository);
        foreach (var basePath in new[] { deletion.BasePath, deleted.BasePath }.Distinct())
            await grains.RefreshAsync(basePath);
        if (deleted.Repository is not { } repository)
            return;
        await grains.Repository(repository).ForgetAsync();
        await repositories.SweepAllAsync(repository, cancellationToken);
    }
}

internal static class DistributionRefreshing
{
    /// <summary>Makes the grain of a base path see what is committed.</summary>
    public static Task RefreshAsync(this IGrainFactory grains, string basePath) =>
        grains.Distribution(RepositoryName.Parse(basePath)).RefreshAsync();
}
