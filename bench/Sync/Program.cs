using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using OrleansRegistry.Bench;
using OrleansRegistry.Bench.Sides;
using OrleansRegistry.Bench.Sync;

// Synchronisation from the peer, beside what skopeo makes of the same; and first pulls of a layer that is not here yet.
// Usage: dotnet run -c Release --project bench/Sync [-- images, 1000 [PostgreSQL connection string]]
var images = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
const int Large = 200_000_000;
const int Tags = 50_000;
await using var peer = new Peer();
using var upstream = new Registry(new($"http://{peer.Authority}"));
await upstream.ReadyAsync(peer.Server);

await using var database = args.Length > 1 ? await PostgresDatabase.CreateAsync(args[1]) : null;
await using var data = new TemporaryDirectory();
var port = LoopbackPort.Free(1)[0];
string[] catalogue = database is null ? [] : ["--postgres", database.ConnectionString];
await using var server = new ServerProcess(new ProcessStartInfo(
    await ServerBuild.RunAsync(CancellationToken.None),
    ["--data", data.Path, "--listen", $"http://127.0.0.1:{port}", "--Outgoing:Allow:0=127.0.0.1", .. catalogue]));
using var ours = new Registry(new($"http://127.0.0.1:{port}"));
await ours.ReadyAsync(server);

Console.WriteLine($"Pushing {images} images to the peer");
await upstream.PushAsync("bench/images", images, layers: 2, bytes: 16 * 1024);
await upstream.PushAsync("bench/large", 2, layers: 1, bytes: Large);
await upstream.PushAsync("bench/warm", 20, layers: 2, bytes: 16 * 1024);
await ours.SyncAsync(await ours.RepositoryAsync(), await ours.RemoteAsync(upstream.Url, "bench/warm"));

var skopeo = await SkopeoAsync("bench/images");
var (remote, repository) = (await ours.RemoteAsync(upstream.Url, "bench/images"), await ours.RepositoryAsync());
var first = (await ours.SyncAsync(repository, remote)).Time;
var again = (await ours.SyncAsync(repository, remote)).Time;
Report("skopeo sync, to a directory", skopeo, null);
Report("first synchronisation", first, skopeo / first);
Report("synchronised again, nothing new", again, first / again);

await using (var list = ManyTags.Start(Tags))
{
    var read = await TimeAsync(() => list.ReadAsync());
    var some = await ours.RemoteAsync(list.Url, "bench/tags", new() { ["includes"] = new JsonArray("t777*") });
    Report($"list of {Tags} tags, read", read, null);
    Report($"synchronised, of which few are wanted", (await ours.SyncAsync(await ours.RepositoryAsync(), some)).Time, null);
}

var onDemand = await ours.RepositoryAsync();
await ours.SyncAsync(onDemand, await ours.RemoteAsync(upstream.Url, "bench/large", new() { ["policy"] = "on_demand" }));
await ours.ServeAsync(onDemand, "bench/large");
var (one, other) = (await ours.LayerAsync("bench/large", "t0"), await ours.LayerAsync("bench/large", "t1"));
var alone = await TimeAsync(() => ours.PullAsync("bench/large", one));
var together = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ours.PullAsync("bench/large", other))));
var here = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ours.PullAsync("bench/large", other))));
Report("first pull of 200 MB, one client", alone, null);
Report("first pull of 200 MB, 100 clients", together, together / alone);
Report("the same when it is here, 100 clients", here, together / here);
return 0;

static void Report(string what, TimeSpan time, double? ratio) => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{what,-42} {time.TotalSeconds,8:N2} s {ratio,8:N2}"));

static async Task<TimeSpan> TimeAsync(Func<Task> work)
{
    var began = Stopwatch.GetTimestamp();
    await work();
    return Stopwatch.GetElapsedTime(began);
}

async Task<TimeSpan> SkopeoAsync(string name)
{
    await using var target = new TemporaryDirectory();
    return await TimeAsync(async () =>
    {
        using var skopeo = Process.Start(new ProcessStartInfo(
            "skopeo",
            ["sync", "--src", "docker", "--dest", "dir", "--src-tls-verify=false", $"{peer.Authority}/{name}", target.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = Task.WhenAll(skopeo.StandardOutput.ReadToEndAsync(), skopeo.StandardError.ReadToEndAsync());
        await skopeo.WaitForExitAsync();
        if (skopeo.ExitCode != 0)
            throw new BenchmarkException($"skopeo sync: {(await output)[1]}");
    });
}
