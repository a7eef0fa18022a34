using OrleansRegistry.Content;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>A task that asks a repository for one change, and names what this made.</summary>
internal sealed class ChangeHandler(IGrainFactory grains, ITaskReader tasks, IContentSets sets, StayReport stayed)
    : ITaskHandler
{
    public string Kind => RepositoryTasks.ChangeKind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (repository, json) = context.Read<ChangeArguments>();
        var change = ChangeJson.Read(json);
        await grains.Repository(repository).ApplyAsync(change, context.Stamp, cancellationToken);

        if (change.NamedToGo is { } named)
            await stayed.WriteAsync(repository, named, context, CancellationToken.None);

        // Asked for afterwards, not taken from the answer: an earlier attempt may have made it, or the change none.
        if (await tasks.FindMadeAsync(context.Id) is not { } made)
            return;
        if (change.MayCreate is { } unit)
            await NameAsync(unit, made, context);
        context.AddCreated(made);
    }

    // One that is as old as the version came with it.
    private async Task NameAsync(ContentUnit unit, MadeVersion made, TaskContext context)
    {
        var kind = ResourceKinds.Of(unit.Kind);
        foreach (var stored in await sets.FindStoredAsync([unit], CancellationToken.None))
            if (stored.CreatedAt == made.CreatedAt)
                context.AddCreated(new ResourceReference(kind, stored.Id));
    }
}

/// <summary>Deletes a version.</summary>
internal sealed class VersionDeletionHandler(IGrainFactory grains) : ITaskHandler
{
    public string Kind => RepositoryTasks.DeleteVersionKind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var (repository, version) = context.Read<VersionArguments>();
        return grains.Repository(repository).DeleteVersionAsync(version);
    }
}
