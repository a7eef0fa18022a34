using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
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
        operations.MapResource(ResourceKind.Task, TaskShapes.Task);
        operations.Map(
            Operation.Answering("tasks_cancel", "PATCH", Address.Parameter(ResourceKind.Task), TaskShapes.Task, body: Cancel),
            CancelAsync);
        operations.Map(
            new("tasks_delete", "DELETE", Address.Parameter(ResourceKind.Task)) { Answers = Operation.Nothing }, DeleteAsync);
        operations.Map(
            Operation.Async("tasks_purge", "POST", Address.Collection(ResourceKind.Task) + "purge/", Purge),
            PurgeAsync);
        operations.MapResource(ResourceKind.TaskGroup, TaskShapes.Group);
        operations.Map(
            Operation.Answering(
                "task_groups_cancel", "PATCH", Address.Parameter(ResourceKind.TaskGroup), TaskShapes.Group, body: Cancel) with
            {
                Least = Role.Admin,
            },
            CancelGroupAsync);
    }

    private static async Task<IResult> CancelAsync(
        Guid id, HttpContext context, References references, IListing<ListedTask> tasks, ITaskDispatcher dispatcher,
        CancellationToken cancellationToken)
    {
        var task = await GetOwnAsync(id, context, tasks, cancellationToken);
        await RequireCancelAsync(context, references, cancellationToken);
        if (task.State is "completed" or "failed")
            return Answer(task, StatusCodes.Status409Conflict, context);
        await dispatcher.CancelAsync(id);
        var canceled = await tasks.GetAsync(id, cancellationToken);
        return Answer(
            canceled,
            canceled.State is "completed" or "failed" ? StatusCodes.Status409Conflict : StatusCodes.Status200OK,
            context);
    }

    private static async Task<IResult> CancelGroupAsync(
        Guid id, HttpContext context, References references, IListing<ListedTaskGroup> groups,
        ITaskDispatcher dispatcher, CancellationToken cancellationToken)
    {
        var group = await groups.GetAsync(id, cancellationToken);
        await RequireCancelAsync(context, references, cancellationToken);
        foreach (var task in group.Tasks.Where(task => task.State is "waiting" or "running" or "canceling"))
            await dispatcher.CancelAsync(task.Id);
        var canceled = await groups.GetAsync(id, cancellationToken);
        return PulpJson.Answer(
            TaskShapes.Group.Write(canceled, context.Request),
            canceled.Tasks.Any(task => task.State is "canceling" or "canceled")
                ? StatusCodes.Status200OK
                : StatusCodes.Status409Conflict);
    }

    private static async Task RequireCancelAsync(
        HttpContext context, References references, CancellationToken cancellationToken)
    {
        var values = await Cancel.ReadAsync(context.Request, references, cancellationToken);
        if (values.Get("state", "") != "canceled")
            throw RefusedException.Field("state", "The only acceptable value for 'state' is 'canceled'.");
    }

    private static IResult Answer(ListedTask task, int status, HttpContext context) =>
        PulpJson.Answer(TaskShapes.Task.Write(task, context.Request), status);

    private static async Task<IResult> DeleteAsync(
        Guid id, HttpContext context, IListing<ListedTask> tasks, ITaskDispatcher dispatcher,
        CancellationToken cancellationToken)
    {
        await GetOwnAsync(id, context, tasks, cancellationToken);
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
            [.. states.Select(TaskStates.Parse)],
            context.Caller.Role < Role.Admin ? context.Caller.User : null));
    }

    // An administrator may end and forget every task, anybody else his own.
    private static async Task<ListedTask> GetOwnAsync(
        Guid id, HttpContext context, IListing<ListedTask> tasks, CancellationToken cancellationToken)
    {
        var task = await tasks.GetAsync(id, cancellationToken);
        return context.Caller.Role < Role.Admin && task.CreatedBy != context.Caller.User
            ? throw new ProblemException(
                ProblemKind.Denied, "You do not have permission to perform this action.", context.Caller.Name)
            : task;
    }
}
