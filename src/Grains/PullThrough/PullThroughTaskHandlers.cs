using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.PullThrough;

/// <summary>Creates a pull-through distribution.</summary>
public sealed class PullThroughCreationHandler(IPullThroughStore store) : ITaskHandler
{
    public string Kind => PullThroughCreation.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var creation = context.Read<PullThroughCreation>();
        await store.CreateAsync(creation.Id, creation.Settings, cancellationToken);
        context.AddCreated(new ResourceReference(ResourceKind.PullThroughDistribution, creation.Id));
    }
}

/// <summary>Changes a pull-through distribution.</summary>
public sealed class PullThroughUpdateHandler(IPullThroughStore store) : ITaskHandler
{
    public string Kind => PullThroughUpdate.Kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var update = context.Read<PullThroughUpdate>();
        if (!await store.UpdateAsync(update.Id, update.Before, update.After, cancellationToken))
            throw new ProblemException(
                ProblemKind.NameUnknown, "The distribution does not exist any more.", update.Before.Name);
    }
}

/// <summary>Deletes a pull-through distribution.</summary>
public sealed class PullThroughDeletionHandler(IPullThroughStore store) : ITaskHandler
{
    public string Kind => PullThroughDeletion.Kind;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        store.DeleteAsync(context.Read<PullThroughDeletion>().Id, cancellationToken);
}
