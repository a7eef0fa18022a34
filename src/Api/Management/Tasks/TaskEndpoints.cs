using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary><c>tasks/</c> and <c>task-groups/</c>: list, read, cancel, delete, purge.</summary>
internal static class TaskEndpoints
{
    private const int UsualAgeInDays = 30;

    private static readonly Body Cancel = new("TaskCancel", BodyFields.Text("state").Required);

    private static readonly Body Purge = new(
        "Purge",
        BodyFields.Time("finished_before"),
        BodyFields.Texts("states", choices: ["skipped", "completed", "failed", "canceled"]));

    public static void MapTasks(this OperationMap operations)
    {
        operations.MapList(new ListOf<ListedTask>(
            "tasks_list", Address.Collection(ResourceKind.Task), TaskShapes.Task));
        operations.MapRead("tasks_read", HrefParameters.Task, TaskShapes.Task);
        operations.Map(
            Operation.Answering("tasks_cancel", "PATCH", HrefParameters.Task, TaskShapes.Task, body: Cancel),
            CancelAsync);
        operations.Map(
            new("tasks_delete", "DELETE", HrefParameters.Task) { Answers = Operation.Nothing }, DeleteAsync);
        operations.Map(
            Operation.Async("tasks_purge", "POST", Address.Collection(ResourceKind.Task) + "purge/", Purge),
            PurgeAsync);
        operations.MapList(new ListOf<ListedTaskGroup>(
            "task_groups_list", Address.Collection(ResourceKind.TaskGroup), TaskShapes.Group));
        operations.MapRead("task_groups_read", HrefParameters.TaskGroup, TaskShapes.Group);
    }

    private static async Task<IResult> CancelAsync(
        Guid id, HttpContext context, References references, IListing<ListedTask> tasks, ITaskDispatcher dispatcher,
        CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(id, cancellationToken);
        var values = await Cancel.ReadAsync(context.Request, references, cancellationToken);
        if (values.Get("state", "") != "canceled")
            throw RefusedException.Field("state", "The only acceptable value for 'state' is 'canceled'.");
        if (task.State is "completed" or "failed")
            return Answer(task, StatusCodes.Status409Conflict, context);
        await dispatcher.CancelAsync(id);
        var canceled = await tasks.GetAsync(id, cancellationToken);
        return Answer(
            canceled,
            canceled.State is "completed" or "failed" ? StatusCodes.Status409Conflict : StatusCodes.Status200OK,
            context);
    }

    private static IResult Answer(ListedTask task, int status, HttpContext context) =>
        PulpJson.Answer(TaskShapes.Task.Write(task, context.Request), status);

    private static async Task<IResult> DeleteAsync(
        Guid id, IListing<ListedTask> tasks, ITaskDispatcher dispatcher, CancellationToken cancellationToken)
    {
        await tasks.GetAsync(id, cancellationToken);
        return Results.StatusCode(await dispatcher.DeleteAsync(id)
            ? StatusCodes.Status204NoContent
            : StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> PurgeAsync(
        HttpContext context, References references, TimeProvider clock, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        var values = await Purge.ReadAsync(context.Request, references, cancellationToken);
        // 'skipped' is a state of old servers: here no task has it.
        var states = values.Get<List<string>>("states", ["completed"]).Where(state => state != "skipped");
        return await dispatch.SendAsync(PurgeTask.Request(
            values.Get("finished_before", clock.GetUtcNow().AddDays(-UsualAgeInDays)),
            [.. states.Select(TaskStates.Parse)]));
    }
}
