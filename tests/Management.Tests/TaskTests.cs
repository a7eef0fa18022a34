using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Tasks while they wait and run, and after. Source: Pulp's REST: filters, asynchronous operations, tasks.</summary>
public abstract class TaskTests(Server server) : Scenario(server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_running_task_is_cancelled_and_lets_those_behind_it_go_on()
    {
        await using var held = await HeldRepair.StartAsync(Server, await PushedAsync());
        var waiting = await StartAsync("partial_update", held.Repository, Body(("description", "later")));
        var other = await StartAsync("partial_update", held.Repository, Body(("description", "never")));
        Assert.Equal("waiting", (string)(await TaskAsync(waiting))["state"]!);
        Assert.Null((await TaskAsync(waiting))["unblocked_at"]);
        Assert.Equal((409, ""), await Pulp.RefuseAsync("tasks_delete", waiting));
        Assert.Equal((409, ""), await Pulp.RefuseAsync("tasks_delete", held.Task));
        var prn = (string)(await Pulp.CallAsync(Repositories + "read", held.Repository))["prn"]!;
        Assert.Equal([$"shared:{prn}"], (await TaskAsync(held.Task))["reserved_resources_record"]!.AsArray().Select(one => (string)one!));
        foreach (var (filter, expected) in new[]
        {
            ("reserved_resources", 3), ("reserved_resources__in", 3), ("exclusive_resources", 2), ("exclusive_resources__in", 2),
            ("shared_resources", 1), ("shared_resources__in", 1),
        })
            foreach (var name in new[] { held.Repository, prn })
                Assert.Equal(expected, (await Pulp.ListAsync("tasks_list", null, (filter, name))).Count);
        Assert.Equal(2, (await Pulp.ListAsync("tasks_list", null, ("reserved_resources", prn), ("state", "waiting"))).Count);
        foreach (var kind in new[] { "reserved", "exclusive", "shared" }) // of several, all
        {
            Assert.NotEmpty(await Pulp.ListAsync("tasks_list", null, ($"{kind}_resources__in", $"{prn},{held.Repository}")));
            Assert.Empty(await Pulp.ListAsync(
                "tasks_list", null, ($"{kind}_resources__in", $"{prn},prn:core.repository:{Guid.NewGuid()}")));
        }


        var canceled = await Pulp.CallAsync("tasks_cancel", other, Body(("state", "canceled")));
        Assert.Equal("canceled", (string)canceled["state"]!);
        Assert.NotNull(canceled["finished_at"]);
        Assert.Equal("canceled", (string)(await Pulp.CallAsync("tasks_cancel", other, Body(("state", "canceled"))))["state"]!);

        var canceling = await Pulp.CallAsync("tasks_cancel", held.Task, Body(("state", "canceled")));
        Assert.StartsWith("cancel", (string)canceling["state"]!, StringComparison.Ordinal);
        held.LetGo();
        Assert.Equal("canceled", (string)(await EndAsync(held.Task))["state"]!);
        Assert.Equal("completed", (string)(await EndAsync(waiting))["state"]!);
        Assert.Equal("later", (string)(await Pulp.CallAsync(Repositories + "read", held.Repository))["description"]!);

        var (status, body) = await Pulp.RefuseAsync("tasks_cancel", waiting, Body(("state", "canceled")));
        Assert.Equal(409, status);
        Assert.Equal(waiting, (string)JsonNode.Parse(body)!["pulp_href"]!);
        foreach (var bad in new[] { Body(("state", "completed")), Body(), Body(("state", null)), Body(("state", 1)) })
            Assert.Equal(400, (await Pulp.RefuseAsync("tasks_cancel", held.Task, bad)).Status);
        foreach (var task in new[] { held.Task, waiting, other })
            await Pulp.CallAsync("tasks_delete", task);
        Assert.Empty(await Pulp.ListAsync("tasks_list", null, ("reserved_resources", prn)));
    }

    [Fact]
    public async Task Groups_count_their_tasks_and_are_cancelled_as_one()
    {
        await using var held = await HeldRepair.StartAsync(Server, await PushedAsync());
        var waiting = await StartAsync("partial_update", held.Repository, Body(("description", "never")));
        var group = Guid.CreateVersion7();
        await using (var catalogue = Server.OpenCatalogue())
            await catalogue.TransactAsync(async session =>
            {
                await session.ExecuteAsync(new(
                    "insert into task_group (id, description, all_dispatched, created_at) values (@id, 'both', @yes, @now)",
                    ("id", group), ("yes", true), ("now", DateTimeOffset.UtcNow)));
                foreach (var task in new[] { waiting, held.Task })
                    await session.ExecuteAsync(new(
                        "update task set group_id = @group where id = @id",
                        ("group", group), ("id", Guid.Parse(task.Split('/')[^2]))));
                return 0;
            });
        var href = $"/pulp/api/v3/task-groups/{group}/";
        var read = await Pulp.CallAsync("task_groups_read", href);
        Assert.Equal((1, 1, 0), ((int)read["waiting"]!, (int)read["running"]!, (int)read["canceled"]!));
        Assert.Equal(2, read["tasks"]!.AsArray().Count);
        Assert.Contains(await Pulp.ListAsync("task_groups_list"), one => (string)one["pulp_href"]! == href);
        Assert.Equal(2, (await Pulp.ListAsync("tasks_list", null, ("task_group", href))).Count);
        Assert.Equal(400, (await Pulp.RefuseAsync("task_groups_cancel", href, Body(("state", "failed")))).Status);

        var canceled = await Pulp.CallAsync("task_groups_cancel", href, Body(("state", "canceled")));
        Assert.Equal((0, 0), ((int)canceled["waiting"]!, (int)canceled["running"]!));
        held.LetGo();
        await EndAsync(held.Task);
        Assert.Equal(2, (int)(await Pulp.CallAsync("task_groups_read", href))["canceled"]!);
    }

    [Fact]
    public async Task Finished_tasks_are_found_by_what_they_were_made_and_when()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var name = Unique("timed");
        var digest = await Push.ImageAsync(Http, name, "1", name);
        var source = await RepositoryOfAsync(name);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await ActAsync("copy_manifests", repository, ("source_repository", source), ("digests", Array(digest)));
        var task = Assert.Single(await Pulp.ListAsync("tasks_list", null, ("created_resources", $"{repository}versions/1/")));
        Assert.Equal("pulp_container.app.tasks.recursive_add.recursive_add_content", (string)task["name"]!);
        var version = await Pulp.CallAsync(Versions + "read", $"{repository}versions/1/");
        Assert.Equal((string)version["prn"]!, (string)task["created_resource_prns"]![0]!);
        foreach (var (filter, value, found) in new[]
        {
            ("created_resources", (string)version["prn"]!, true), ("created_resources__in", $"{repository}versions/1/,x", true),
            ("name", (string)task["name"]!, true), ("name__contains", "recursive_add", true), ("name__in", $"x,{task["name"]}", true),
            ("name__ne", (string)task["name"]!, false), ("state", "completed", true), ("state__in", "failed,completed", true),
            ("state__ne", "completed", false), ("logging_cid", (string)task["logging_cid"]!, true),
            ("logging_cid__contains", ((string)task["logging_cid"]!)[3..9], true), ("worker", "any", false),
            ("parent_task", "null", true), ("task_group", "null", true),
            ("pulp_created__gte", Moment(before), true), ("pulp_created__lt", Moment(before), false),
            ("started_at__gt", Moment(before), true), ("finished_at__gte", Moment(before), true), ("finished_at__lte", Moment(before), false),
            ("unblocked_at__isnull", "false", true), ("finished_at__isnull", "true", false),
            ("finished_at__range", $"{Moment(before)},{Moment(before.AddMinutes(1))}", true),
            ("finished_at__range", $"{Moment(before.AddMinutes(-1))},{Moment(before)}", false),
            ("pulp_created", (string)task["pulp_created"]!, true), ("prn__in", (string)task["prn"]!, true),
        })
            Assert.True(found == (await Pulp.ListAsync("tasks_list", null, (filter, value), ("reserved_resources", repository)))
                .Any(one => (string)one["pulp_href"]! == (string)task["pulp_href"]!), $"{filter}={value}");
        Assert.Equal(400, (await Pulp.RefuseAsync("tasks_list", null, null, ("state", "odd"))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync("tasks_list", null, null, ("finished_at__range", Moment(before)))).Status);

        await Pulp.CallAsync("tasks_purge", body: Body(("finished_before", Moment(before)), ("states", Array("completed", "failed"))));
        Assert.NotEmpty(await Pulp.ListAsync("tasks_list", null, ("reserved_resources", repository)));
        var purge = await Pulp.CallAsync(
            "tasks_purge", body: Body(("finished_before", Moment(DateTimeOffset.UtcNow.AddMinutes(1))), ("states", Array("completed"))));
        Assert.Contains("purge.tasks.total", purge["progress_reports"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(await Pulp.ListAsync("tasks_list", null, ("reserved_resources", repository)));
        Assert.Equal(400, (await Pulp.RefuseAsync("tasks_purge", null, Body(("states", Array("running"))))).Status);
    }

    [Fact]
    public async Task A_failed_task_says_why()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var task = await StartAsync("versions_delete", $"{repository}versions/0/", null);
        var failed = await EndAsync(task);
        Assert.Equal("failed", (string)failed["state"]!);
        Assert.Contains("last version", (string)failed["error"]!["description"]!, StringComparison.Ordinal);
        Assert.True(failed["error"]!.AsObject().ContainsKey("traceback"));
    }

    [Fact]
    public async Task Workers_are_the_nodes_and_beat()
    {
        var worker = Assert.Single(await Pulp.ListAsync("workers_list", null, ("online", "true")));
        var read = await Pulp.CallAsync("workers_read", (string)worker["pulp_href"]!);
        Assert.Equal((string)worker["name"]!, (string)read["name"]!);
        Assert.True(DateTimeOffset.UtcNow - DateTimeOffset.Parse(
            (string)read["last_heartbeat"]!, System.Globalization.CultureInfo.InvariantCulture) < TimeSpan.FromMinutes(2));
        Assert.Empty(await Pulp.ListAsync("workers_list", null, ("missing", "true")));
        var (past, future) = (Moment(DateTimeOffset.UtcNow.AddDays(-1)), Moment(DateTimeOffset.UtcNow.AddDays(1)));
        foreach (var (filter, value, found) in new[]
        {
            ("last_heartbeat__range", $"{past},{future}", 1), ("last_heartbeat__range", $"{past},{past}", 0),
            ("last_heartbeat__isnull", "false", 1), ("last_heartbeat__isnull", "true", 0), ("last_heartbeat__gt", past, 1),
            ("name__istartswith", ((string)read["name"]!)[..3].ToUpperInvariant(), 1), ("name__regex", "^nobody$", 0),
            ("name__iregex", ".", 1), ("name__in", $"x,{read["name"]}", 1),
        })
            Assert.Equal(found, (await Pulp.ListAsync("workers_list", null, (filter, value))).Count);
        Assert.Single(await Pulp.ListAsync("workers_list", null, ("name__contains", ((string)read["name"]!)[2..])));
        Assert.Single(await Pulp.ListAsync("workers_list", null, ("q", $"name=\"{read["name"]}\" AND NOT missing=true")));
        Assert.Equal(404, (await Pulp.RefuseAsync("workers_read", $"/pulp/api/v3/workers/{Guid.NewGuid()}/")).Status);
    }

    private async Task<string> PushedAsync()
    {
        var name = Unique("held");
        await Push.ImageAsync(Http, name, "1", name);
        return await RepositoryOfAsync(name);
    }

    private static string Moment(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> StartAsync(string action, string href, JsonObject? body)
    {
        var (status, answer) = await Pulp.RefuseAsync(Repositories + action, href, body);
        Assert.True(status == 202, answer);
        return (string)JsonNode.Parse(answer)!["task"]!;
    }

    private Task<JsonObject> TaskAsync(string href) => Pulp.CallAsync("tasks_read", href);

    private Task<JsonObject> EndAsync(string href) => UntilAsync(href, task => task["finished_at"] is not null);

    private async Task<JsonObject> UntilAsync(string href, Func<JsonObject, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var polls = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await polls.WaitForNextTickAsync(patience.Token))
            if (await TaskAsync(href) is var task && condition(task))
                return task;
        throw new UnreachableException();
    }
}

public sealed class SqliteTaskTests(SqliteServer server) : TaskTests(server);

public sealed class PostgresTaskTests(PostgresServer server) : TaskTests(server);
