using System.Text.Json.Nodes;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Management;

/// <summary>Tasks and their groups in answers. Source: Pulp's REST: tasks.</summary>
internal static class TaskShapes
{
    private static readonly string[] States =
        ["waiting", "skipped", "running", "completed", "canceled", "failed", "canceling"];

    public static Shape<ListedTask> Task { get; } = new(
        "Task",
        [
            .. CommonFields.Of<ListedTask>(
                ResourceKind.Task, task => task.Id, task => task.CreatedAt,
                task => task.FinishedAt ?? task.StartedAt ?? task.CreatedAt),
            CommonFields.Text<ListedTask>("state", task => task.State),
            CommonFields.Text<ListedTask>("name", task => task.Name),
            CommonFields.Text<ListedTask>("logging_cid", task => task.CorrelationId),
            CommonFields.HrefOrNull<ListedTask>("created_by", ResourceKind.User, task => task.CreatedBy),
            Time("unblocked_at", task => task.UnblockedAt),
            Time("started_at", task => task.StartedAt),
            Time("finished_at", task => task.FinishedAt),
            new("error", Schema.Object.OrNull(), task => Json(task.Error)),
            CommonFields.Null<ListedTask>("worker"),
            CommonFields.HrefOrNull<ListedTask>("parent_task", ResourceKind.Task, task => task.Parent),
            new(
                "child_tasks", Schema.ListOf(Schema.Text),
                task => PulpJson.Texts(task.Children.Select(id => Address.Href(ResourceKind.Task, id)))),
            CommonFields.HrefOrNull<ListedTask>("task_group", ResourceKind.TaskGroup, task => task.Group),
            new("progress_reports", Schema.ListOf(Schema.Object), task => Json(task.Progress)),
            new("created_resources", Schema.ListOf(Schema.Text), task => PulpJson.Texts(task.Created.Select(one => Address.Href(one.Resource)))),
            new("created_resource_prns", Schema.ListOf(Schema.Text), task => PulpJson.Texts(task.Created.Select(one => Address.Prn(one.Resource.Kind, one.Id)))),
            new("reserved_resources_record", Schema.ListOf(Schema.Text), task => PulpJson.Texts(task.Reserved)),
            new("result", Schema.Any, task => Json(task.Result)),
            CommonFields.Text<ListedTask>("pulp_api_version", _ => "v3"),
        ]);

    public static Shape<ListedTaskGroup> Group { get; } = new(
        "TaskGroup",
        [
            .. CommonFields.Of<ListedTaskGroup>(ResourceKind.TaskGroup, group => group.Id, group => group.CreatedAt),
            CommonFields.Text<ListedTaskGroup>("description", group => group.Description),
            new("all_tasks_dispatched", Schema.Flag, group => group.AllDispatched),
            .. from state in States
               select new Field<ListedTaskGroup>(
                   state, Schema.Integer, entity => entity.States.GetValueOrDefault(state)),
            new("group_progress_reports", Schema.ListOf(Schema.Object), _ => new JsonArray()),
            new(
                "tasks", Schema.ListOf(Schema.Object),
                group => new JsonArray([.. group.Tasks.Select(task => new JsonObject
                {
                    ["pulp_href"] = Address.Href(ResourceKind.Task, task.Id),
                    ["name"] = task.Name,
                    ["state"] = task.State,
                })])),
        ]);

    private static Field<ListedTask> Time(string name, Func<ListedTask, DateTimeOffset?> read) =>
        new(name, Schema.Time.OrNull(), task => PulpJson.Time(read(task)));

    private static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);
}
