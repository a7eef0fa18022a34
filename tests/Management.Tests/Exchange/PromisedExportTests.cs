using Microsoft.AspNetCore.Http;
using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Management.Tests.Sync;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests;

/// <summary>Exports of layers that are known and not here.</summary>
public abstract class PromisedExportTests(Server server) : SyncScenario(server)
{
    private const string Exports = "exporters_core_pulp_exports_";
    private const int Size = 300_000;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Output => Path.Combine(Server.Bundles, "promised", Repository.Split('/')[^2]);

    [Fact]
    public async Task They_are_fetched_for_the_bundle()
    {
        var layer = await OnDemandAsync();
        await Pulp.FollowedAsync(await ExportAsync());
        Assert.True(IsHere(layer));
        var archive = Assert.Single(Directory.GetFiles(Output, "*.tar"));
        await using var bytes = File.OpenRead(archive);
        var found = await BundleVerification.RunAsync(bytes, null, null, CancellationToken.None);
        Assert.Equal(2, found.Document.Entries.Blobs);
    }

    [Fact]
    public async Task One_that_nobody_has_makes_the_export_fail_and_leaves_no_file()
    {
        var layer = await OnDemandAsync();
        Upstream.Instead = context =>
        {
            context.Response.StatusCode = 404;
            return Task.FromResult(IsOf(context, layer));
        };
        var failure = await Assert.ThrowsAsync<TaskFailedException>(async () => await Pulp.FollowedAsync(await ExportAsync()));
        Assert.Contains(layer.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Output));
    }

    [Fact]
    public async Task An_export_that_is_cancelled_leaves_no_file()
    {
        var layer = await OnDemandAsync();
        Upstream.Instead = async context =>
        {
            if (!IsOf(context, layer))
                return false;
            _asked.TrySetResult();
            await _release.Task;
            return false;
        };
        var task = await ExportAsync();
        await _asked.Task;
        Assert.NotEmpty(Directory.GetFiles(Output));
        await Pulp.CallAsync("tasks_cancel", task, Body(("state", "canceled")));
        await Assert.ThrowsAsync<TaskFailedException>(() => Pulp.FollowedAsync(task));
        await Eventually.TrueAsync(() => Task.FromResult(Directory.GetFiles(Output).Length == 0), "the files are gone");
        _release.SetResult();
    }

    private static bool IsOf(HttpContext context, Digest blob) =>
        context.Request.Path.Value!.EndsWith(blob.ToString(), StringComparison.Ordinal);

    private async Task<Digest> OnDemandAsync()
    {
        var words = string.Concat(Enumerable.Repeat(Unique("x"), 1 + (Size / 33)))[..Size];
        Manifest image = Upstream.Image("1.0", words);
        await SyncAsync(await RemoteAsync(("policy", "on_demand")));
        return image.Document.Layers[0].Digest;
    }

    private async Task<string> ExportAsync()
    {
        var exporter = await Pulp.CallAsync("exporters_core_pulp_create", body: Body(
            ("name", Unique("exporter")), ("path", Output), ("repositories", Array(Repository))));
        return await Pulp.StartAsync(Exports + "create", (string)exporter["pulp_href"]!, Body());
    }
}

public sealed class SqlitePromisedExportTests(SqliteServer server) : PromisedExportTests(server);

public sealed class PostgresPromisedExportTests(PostgresServer server) : PromisedExportTests(server);
