using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Server-sent events: a task to its end, and all that is committed.</summary>
public abstract class EventTests(Server server) : Scenario(server)
{
    private const string All = "/pulp/api/v3/events/";

    [Fact]
    public async Task A_task_is_followed_from_where_it_is_to_its_end()
    {
        await using var held = await HeldRepair.StartAsync(Server, await PushedAsync());
        using var events = await Events.OpenAsync(Http, $"{held.Task}events/");
        var (type, first) = (await events.NextAsync())!.Value;
        Assert.Equal(("task", "running", held.Task), (type, (string)first["state"]!, (string)first["pulp_href"]!));

        held.LetGo();
        var last = await LastAsync(events);
        Assert.Equal("completed", (string)last["state"]!);
        Assert.Equal((await Pulp.CallAsync("tasks_read", held.Task)).ToJsonString(), last.ToJsonString());
    }

    [Fact]
    public async Task A_task_that_waits_is_told_of_when_it_runs_and_when_somebody_cancels_it()
    {
        await using var held = await HeldRepair.StartAsync(Server, await PushedAsync());
        var waits = await Pulp.StartAsync(
            Repositories + "partial_update", held.Repository, new() { ["description"] = "later" });
        using var events = await Events.OpenAsync(Http, $"{waits}events/?fields=state");
        Assert.Equal("""{"state":"waiting"}""", (await events.NextAsync())!.Value.Data.ToJsonString());
        await Pulp.CallAsync("tasks_cancel", waits, new() { ["state"] = "canceled" });
        Assert.Equal("""{"state":"canceled"}""", (await LastAsync(events)).ToJsonString());
        held.LetGo();
        await Pulp.FollowAsync(held.Task);
    }

    [Fact]
    public async Task Of_a_task_that_has_ended_its_end_is_all_there_is_to_tell()
    {
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var task = await Pulp.StartAsync(Repositories + "versions_delete", $"{repository}versions/0/");
        using (var follows = await Events.OpenAsync(Http, $"{task}events/"))
            await LastAsync(follows);
        using var events = await Events.OpenAsync(Http, $"{task}events/");
        Assert.Equal("failed", (string)(await events.NextAsync())!.Value.Data["state"]!);
        Assert.Null(await events.NextAsync());
    }

    [Fact]
    public async Task All_events_tell_of_new_versions_and_of_tasks()
    {
        using var events = await Events.OpenAsync(Http, All);
        var name = Unique("told");
        var digest = await Push.ImageAsync(Http, name, "1", name);
        var repository = await RepositoryOfAsync(name);
        var target = (string)(await RepositoryAsync())["pulp_href"]!;
        var task = await Pulp.StartAsync(Repositories + "copy_manifests", target, new()
        {
            ["source_repository"] = repository,
            ["digests"] = new JsonArray(digest),
        });
        await Pulp.FollowAsync(task);

        var expected = new HashSet<string> { $"{repository}versions/1/", $"{target}versions/1/", $"{task} completed" };
        while (expected.Count > 0 && await events.NextAsync() is var (type, data))
            expected.Remove(type == "version-committed" ? (string)data["version"]! : $"{data["task"]} {data["state"]}");
        Assert.Empty(expected);
        Assert.True(events.Comments > 0);
    }

    [Fact]
    public async Task An_unknown_task_has_no_events()
    {
        using var answer = await Http.GetAsync($"/pulp/api/v3/tasks/{Guid.NewGuid()}/events/");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("tasks_events")]
    [InlineData("events")]
    public async Task The_document_says_that_the_answer_is_a_stream(string operationId)
    {
        var operation = (await Pulp.DocumentAsync())["paths"]!.AsObject().Select(path => path.Value!["get"]).Single(
            one => (string?)one?["operationId"] == operationId)!;
        Assert.Equal("text/event-stream", Assert.Single(operation["responses"]!["200"]!["content"]!.AsObject()).Key);
    }

    // What all of it comes to in the end.
    private static async Task<JsonObject> LastAsync(Events events)
    {
        JsonObject? last = null;
        while (await events.NextAsync() is var (_, data))
            last = data;
        Assert.NotNull(last);
        return last;
    }

    private async Task<string> PushedAsync()
    {
        var name = Unique("followed");
        await Push.ImageAsync(Http, name, "1", name);
        return await RepositoryOfAsync(name);
    }
}

public sealed class SqliteEventTests(SqliteServer server) : EventTests(server);

public sealed class PostgresEventTests(PostgresServer server) : EventTests(server);
