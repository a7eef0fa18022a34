namespace OrleansRegistry.Tasks;

/// <summary>Forgets finished tasks, page by page.</summary>
internal sealed class PurgeHandler(ITaskStore store) : ITaskHandler
{
    private const int PerPage = 1000;

    public string Kind => PurgeTask.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<PurgeArguments>();
        var states = arguments.States.Select(TaskStates.Parse).ToArray();
        var total = 0L;
        int purged;
        do
        {
            purged = await store.PurgeAsync(
                arguments.Before, states, arguments.CreatedBy, PerPage, cancellationToken);
            total += purged;
            await context.ReportAsync(
                ProgressReport.Running("Purged task-objects", "purge.tasks.total", total), cancellationToken);
        }
        while (purged == PerPage);
        await context.ReportAsync(
            ProgressReport.Completed("Purged task-objects", "purge.tasks.total", total, total), cancellationToken);
    }
}
