using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Operations;

/// <summary><c>/operations/collection</c>: starts a garbage collection, shows how far it is, ends it.</summary>
public static class CollectionEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        var collection = endpoints.MapGroup("/operations/collection").Require(new Requirement.OfRole(Role.Admin));
        collection.MapPost("/", StartAsync);
        collection.MapGet("/", async (ITaskReader tasks, CancellationToken cancellationToken) =>
            Answer(await FindAsync(tasks, cancellationToken), StatusCodes.Status200OK));
        collection.MapDelete("/", CancelAsync);
    }

    /// <summary>For an endpoint of somebody else's: open to whoever may read the management REST.</summary>
    public static void ForReaders(this IEndpointConventionBuilder endpoint) =>
        endpoint.Require(new Requirement.OfRole(Role.Reader));

    // Unless one is going on.
    private static async Task<IResult> StartAsync(
        TimeSpan? gracePeriod, HttpContext context, ITaskDispatcher dispatcher, ITaskReader tasks,
        CancellationToken cancellationToken)
    {
        if (gracePeriod < TimeSpan.Zero)
            return Results.Json(
                new { detail = "gracePeriod is a time that is not negative, such as 01:00:00." },
                statusCode: StatusCodes.Status400BadRequest);
        var run = await FindAsync(tasks, cancellationToken);
        if (run is null or { State.IsFinal: true })
        {
            var task = await dispatcher.DispatchAsync(CollectGarbage.Request(gracePeriod, context.Caller.User));
            run = await tasks.FindAsync(task, cancellationToken);
        }

        return Answer(run, StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> CancelAsync(
        ITaskDispatcher dispatcher, ITaskReader tasks, CancellationToken cancellationToken)
    {
        if (await FindAsync(tasks, cancellationToken) is { State.IsFinal: false } run)
            await dispatcher.CancelAsync(run.Id);
        return Results.NoContent();
    }

    private static Task<TaskRecord?> FindAsync(ITaskReader tasks, CancellationToken cancellationToken) =>
        tasks.FindCurrentAsync(CollectGarbage.Kind, cancellationToken);

    private static IResult Answer(TaskRecord? run, int status) =>
        Results.Json(CollectionProgress.Of(run), OperationsJson.Default.CollectionProgress, "application/json", status);
}

/// <summary>Where a collection stands.</summary>
/// <param name="Phase">What is being collected; <see cref="CollectionPhase.Idle"/> where no run goes on: until its task has
/// ended, a run is in its last phase, and another cannot start.</param>
/// <param name="StartedAt">When the run began; null where there never was one, or it waits.</param>
/// <param name="FinishedAt">When it ended; null while it goes on.</param>
/// <param name="Counts">What it deleted so far.</param>
/// <param name="TaskId">Its task.</param>
internal sealed record CollectionProgress(
    CollectionPhase Phase,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    CollectionCounts Counts,
    Guid? TaskId)
{
    public static CollectionProgress Of(TaskRecord? run)
    {
        var cursor = run?.Cursor is { } json ? TaskJson.Read<CollectionCursor>(json) : null;
        var phase = (run, cursor?.Phase) switch
        {
            (null or { State.IsFinal: true }, _) => CollectionPhase.Idle,
            (_, null) => CollectionPhase.Uploads,
            (_, CollectionPhase.Idle) => CollectionPhase.UnusedNames,
            (_, { } current) => current,
        };
        return new(phase, run?.StartedAt, run?.FinishedAt, cursor?.Counts ?? CollectionCounts.None, run?.Id);
    }
}

/// <summary>The JSON of the operations API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CollectionProgress))]
internal sealed partial class OperationsJson : JsonSerializerContext;
