using System.Text.Json;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage;

/// <summary>The lists of tasks and of their groups.</summary>
internal static class TaskLists
{
    private static readonly string[] States =
        ["waiting", "skipped", "running", "completed", "failed", "canceled", "canceling"];

    private static readonly string[] Suffixes = ["", "__in"];

    public static Definition<ListedTask> Tasks(Dialect dialect, IOutsideNames names) => new()
    {
        From = "task t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"""
            select t.id, t.name, t.state, t.logging_cid, t.created_by, t.created_at, t.unblocked_at, t.started_at,
              t.finished_at, t.error, t.progress, t.created_resources, t.result, t.parent_id, t.group_id,
              (select {dialect.JoinIds("k.id")} from task k where k.parent_id = t.id),
              (select {dialect.JsonObject("r.resource", "r.exclusive")} from task_resource r where r.task_id = t.id)
            from task t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.Task),
            Filters.Text("state", "t.state", States),
            Filters.Texts("state__in", "t.state", States),
            Filters.NotText("state__ne", "t.state", States),
            Filters.Text("name", "t.name"),
            Filters.Contains("name__contains", "t.name"),
            Filters.Texts("name__in", "t.name"),
            Filters.NotText("name__ne", "t.name"),
            Filters.Text("logging_cid", "t.logging_cid"),
            Filters.Contains("logging_cid__contains", "t.logging_cid"),
            .. Filters.Times("pulp_created", "t.created_at"),
            .. Filters.Times("started_at", "t.started_at"),
            .. Filters.Times("finished_at", "t.finished_at"),
            .. Filters.Times("unblocked_at", "t.unblocked_at"),
            Filters.Resource("parent_task", "t.parent_id", ResourceKind.Task),
            new(
                new("child_tasks", FilterType.Resource) { Kinds = [ResourceKind.Task] },
                (sql, values) => $"""
                    t.id in (select k.parent_id from task k where {Filters.AnyOf(sql, "k.id", values)})
                    """),
            Filters.Resource("task_group", "t.group_id", ResourceKind.TaskGroup),
            new(new("worker", FilterType.Text), (_, _) => "false"),
            new(new("worker__in", FilterType.Text) { IsList = true }, (_, _) => "false"),
            Created("created_resources", isList: false),
            Created("created_resources__in", isList: true),
            .. Reserving("reserved_resources", names, _ => "true"),
            .. Reserving("exclusive_resources", names, sql => $"r.exclusive = {sql.Value(true)}"),
            .. Reserving("shared_resources", names, sql => $"r.exclusive = {sql.Value(false)}"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "coalesce(t.finished_at, t.started_at, t.unblocked_at, t.created_at)",
            ["name"] = "t.name",
            ["state"] = "t.state",
            ["logging_cid"] = "t.logging_cid",
            ["started_at"] = "t.started_at",
            ["finished_at"] = "t.finished_at",
            ["unblocked_at"] = "t.unblocked_at",
            ["error"] = "t.error",
            ["result"] = "t.result",
        },
        Read = row => new(
            row.Guid(0), row.String(1), row.String(2), row.String(3), new NamesInTasks(names).ReadUser(row.StringOrNull(4)), row.Time(5),
            row.TimeOrNull(6), row.TimeOrNull(7), row.TimeOrNull(8), row.StringOrNull(9), row.String(10),
            new NamesInTasks(names).ReadCreated(row.String(11)), row.StringOrNull(12), row.GuidOrNull(13), row.GuidOrNull(14),
            row.StringOrNull(15) is { } ids ? [.. ids.Split(',').Select(Guid.Parse)] : [],
            Reserved(row.StringOrNull(16))),
    };

    public static Definition<ListedTaskGroup> Groups(Dialect dialect) => new()
    {
        From = "task_group t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"""
            select t.id, t.description, t.all_dispatched, t.created_at,
              (select {dialect.JsonObject(dialect.IdText("k.id"), "k.state || ' ' || k.name")} from task k
                where k.group_id = t.id)
            from task_group t
            """,
        Filters = [.. Filters.Identity("t.id", ResourceKind.TaskGroup)],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.created_at",
            ["all_tasks_dispatched"] = "t.all_dispatched",
            ["description"] = "t.description",
        },
        Read = row => new(row.Guid(0), row.String(1), row.Bool(2), row.Time(3), Grouped(row.StringOrNull(4))),
    };

    private static List<GroupedTask> Grouped(string? json) =>
    [
        .. from task in JsonSerializer.Deserialize<Dictionary<string, string>>(json ?? "{}")!
           let words = task.Value.Split(' ', 2)
           select new GroupedTask(Guid.Parse(task.Key), words[1], words[0]),
    ];

    private static SqlFilter Created(string name, bool isList) => new(
        new(name, FilterType.Address) { IsList = isList },
        (sql, values) =>
        {
            var named = sql.Parameter(values.Cast<string>().ToArray());
            return $"""
                t.id in (select m.task_id from task_created m
                  where {sql.Dialect.In("m.href", named)} or {sql.Dialect.In("m.prn", named)})
                """;
        });

    // Of several resources a task must have reserved all.
    private static IEnumerable<SqlFilter> Reserving(
        string name, IOutsideNames known, Func<SqlText, string> mode) =>
        from suffix in Suffixes
        select new SqlFilter(
            new(name + suffix, FilterType.Address) { IsList = suffix.Length > 0 },
            (sql, values) =>
            {
                var names = Names(values, known);
                return $"""
                    t.id in (select r.task_id from task_resource r
                      where {sql.Dialect.In("r.resource", sql.Parameter(names))} and {mode(sql)}
                      group by r.task_id having count(*) = {names.Length})
                    """;
            });

    // Reservations are recorded by name; clients say where they are as well.
    private static string[] Names(IReadOnlyList<object?> values, IOutsideNames known) =>
    [
        .. (from name in values.Cast<string>()
           select known.TryRead(name, out var resource) && resource.Kind is not ResourceKind.RepositoryVersion
               ? known.NameOf(resource.Kind, resource.Id)
               : name).Distinct(),
    ];

    private static List<string> Reserved(string? json)
    {
        if (json is null)
            return [];
        using var resources = JsonDocument.Parse(json);
        return
        [
            .. from resource in resources.RootElement.EnumerateObject()
               let exclusive = resource.Value.ValueKind is JsonValueKind.True
                   || (resource.Value.ValueKind is JsonValueKind.Number && resource.Value.GetInt32() == 1)
               select exclusive ? resource.Name : $"shared:{resource.Name}",
        ];
    }
}
