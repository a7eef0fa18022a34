using OrleansRegistry.Distributions;
using OrleansRegistry.Signing;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>Changes a repository's settings.</summary>
public sealed class RepositoryUpdateHandler(
    IRepositoryStore repositories, SigningRepositories signing, IGateLease lease, IGrainFactory grains) : ITaskHandler
{
    public string Kind => RepositoryUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<RepositoryUpdate>();
        if (!await repositories.UpdateAsync(update.Id, update.Before, update.After, cancellationToken))
            throw new ProblemException(
                ProblemKind.NameUnknown, "The repository does not exist any more.", update.Before.Name);
        if (update.Before.Accept != update.After.Accept)
            await lease.RunOutAsync(cancellationToken);
        signing.Note(update.Id, update.After.SignOnPush is not null);
        await grains.ScheduleSyncAsync(update.Id, update.After);
        await grains.Repository(update.Id).ForgetAsync();
        if (update.After.RetainVersions is not null)
            await grains.Repository(update.Id).TrimAsync();
    }
}

/// <summary>Deletes a repository, and in slices what it held; names that served it serve nothing from then on.</summary>
public sealed class RepositoryDeletionHandler(IRepositoryStore repositories, IGrainFactory grains) : ITaskHandler
{
    public string Kind => RepositoryDeletion.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (id, known) = context.Read<RepositoryDeletion>();
        var served = await repositories.DeleteAsync(id, cancellationToken);
        foreach (var basePath in served.Union(known)) // of what an earlier try deleted, only the names are known
            await grains.RefreshAsync(basePath);
        await grains.Repository(id).ForgetAsync();
        await grains.SyncSchedule(id).ClearAsync();
        await repositories.SweepAllAsync(id, cancellationToken);
    }
}

internal static class RepositorySweeping
{
    /// <summary>Deletes what a deleted repository held. Where this is broken off, collection goes on with it.</summary>
    public static async Task SweepAllAsync(
        this IRepositoryStore repositories, Guid id, CancellationToken cancellationToken)
    {
        while (await repositories.SweepAsync(id, cancellationToken))
            continue;
    }
}
