using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>A task that asks a repository for one change, and names the version that this made.</summary>
internal sealed class RepositoryTaskHandler<TArguments>(
    string kind,
    Func<TArguments, Guid> repositoryOf,
    Func<IRepositoryActions, TArguments, TaskStamp, CancellationToken, Task> act,
    IGrainFactory grains,
    ITaskReader tasks) : ITaskHandler
{
    /// <summary>Names what else the change created; it comes before the version.</summary>
    public Func<TArguments, MadeVersion, TaskContext, CancellationToken, Task>? NameOthersAsync { get; init; }

    /// <summary>Says what else is to be known of the work, once the change is made.</summary>
    public Func<TArguments, TaskContext, CancellationToken, Task>? ReportAsync { get; init; }

    public string Kind => kind;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<TArguments>();
        var repository = repositoryOf(arguments);
        await act(grains.RepositoryActions(repository), arguments, context.Stamp, cancellationToken);

        if (ReportAsync is not null)
            await ReportAsync(arguments, context, CancellationToken.None);

        // Asked for afterwards, not taken from the answer: an earlier attempt may have made it, or the change none.
        if (await tasks.FindMadeAsync(context.Id) is not { } made)
            return;
        if (NameOthersAsync is not null)
            await NameOthersAsync(arguments, made, context, CancellationToken.None);
        context.AddCreated(made);
    }
}
