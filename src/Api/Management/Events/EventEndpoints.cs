using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary><c>tasks/&lt;id&gt;/events/</c>, one task to its end; <c>events/</c>, all that is committed.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this OperationMap operations)
    {
        operations.Map(
            Streaming("tasks_events", Address.Parameter(ResourceKind.Task) + "events/") with { Parameters = ListParameters.OfRead() },
            async (
                Guid id, HttpContext context, IListing<ListedTask> tasks, Following following,
                CancellationToken cancellationToken) =>
            {
                await tasks.GetAsync(id, cancellationToken);
                return new EventStream(end => following.TaskAsync(
                    id, task => TaskShapes.Task.Write(task, context.Request), end));
            });
        operations.Map(
            Streaming("events", ResourceTable.Root + "events/") with { Least = Role.Admin },
            (Following following) => new EventStream(following.AllAsync));
    }

    private static Operation Streaming(string id, string path) => new(id, "GET", path)
    {
        AnswerType = EventStream.MediaType,
        Answers = new Dictionary<int, JsonObject?> { [StatusCodes.Status200OK] = Schema.Text },
    };
}
