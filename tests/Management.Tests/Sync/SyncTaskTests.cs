namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Synchronisations as tasks: cancelled, scheduled, refused where they may not go.</summary>
public abstract class SyncTaskTests(Server server) : SyncScenario(server)
{
    [Fact]
    public async Task A_cancelled_one_stops_and_changes_nothing()
    {
        for (var number = 0; number < 30; number++)
            Upstream.Image($"t{number}", Unique("a"));
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Upstream.Instead = async context =>
        {
            if (!context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
                return false;
            asked.TrySetResult();
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var aborted = context.RequestAborted.Register(() => gone.TrySetResult());
            await gone.Task;
            return true;
        };
        var task = await Pulp.StartAsync(Repositories + "sync", Repository, Body(("remote", await RemoteAsync())));
        await asked.Task;
        await Pulp.CallAsync("tasks_cancel", task, Body(("state", "canceled")));
        await Eventually.TrueAsync(
            async () => (string)(await Pulp.CallAsync("tasks_read", task))["state"]! == "canceled", "the task stops");
        Assert.Equal(0, await LatestAsync(Repository));
        Assert.Equal("canceled", (string?)(await Pulp.CallAsync(Repositories + "read", Repository))["last_sync"]!["state"]);

        Upstream.Instead = null;
        await SyncAsync(await RemoteAsync());
        Assert.Equal(30, (await NamesAsync()).Count);
    }

    [Fact]
    public async Task A_repository_is_scheduled_where_it_has_a_remote()
    {
        var (status, body) = await Pulp.RefuseAsync(
            Repositories + "partial_update", Repository, Body(("sync_schedule", "PT6H")));
        Assert.Equal(400, status);
        Assert.Contains("remote", body, StringComparison.Ordinal);
        await Pulp.CallAsync(
            Repositories + "partial_update", Repository, Body(("remote", await RemoteAsync()), ("sync_schedule", "30 2 * * *")));
        Assert.Equal("30 2 * * *", (string?)(await Pulp.CallAsync(Repositories + "read", Repository))["sync_schedule"]);
        (status, body) = await Pulp.RefuseAsync(
            Repositories + "partial_update", Repository, Body(("sync_schedule", "sometimes")));
        Assert.Equal(400, status);
        Assert.Contains("PT6H", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://[::1]")]
    public async Task Requests_go_only_where_the_settings_allow_it(string url)
    {
        var remote = (string)(await Pulp.CallAsync(Remotes + "create", body: Body(
            ("name", Unique("remote")), ("url", url), ("upstream_name", "a/b"))))["pulp_href"]!;
        Assert.Contains("Outgoing:Allow", await FailAsync(remote), StringComparison.Ordinal);
    }
}

public sealed class SqliteSyncTaskTests(SqliteServer server) : SyncTaskTests(server);

public sealed class PostgresSyncTaskTests(PostgresServer server) : SyncTaskTests(server);
