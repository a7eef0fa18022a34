using System.Diagnostics;
using System.Globalization;
using OrleansRegistry.Bench.Sides;
using OrleansRegistry.Bench.Signing;

// Signing of many manifests into one version, by a node on PostgreSQL, beside what the machine can do at all in the same
// run. Usage: dotnet run -c Release --project bench/Signing -- "Host=…;Username=…;Database=…" [manifests, 10000] [executable]
if (args is not [var connection, ..])
{
    Console.Error.WriteLine("Name a PostgreSQL server by a connection string; a database of its own is made and dropped.");
    return 2;
}

var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10_000;
await using var database = await PostgresDatabase.CreateAsync(connection);
await using var data = new TemporaryDirectory();
var scripts = Directory.CreateDirectory(Path.Combine(data.Path, "scripts")).FullName;
var port = LoopbackPort.Free(1)[0];
var program = args.Length > 2 ? args[2] : await ServerBuild.RunAsync(CancellationToken.None);
await using var server = new ServerProcess(new ProcessStartInfo(
    program,
    [
        "--data", data.Path, "--postgres", database.ConnectionString, "--listen", $"http://127.0.0.1:{port}",
        "--Signing:ScriptDirectories:0", scripts,
    ]));
using var client = new SigningClient(new Uri($"http://127.0.0.1:{port}"));
await client.ReadyAsync(server);

Console.WriteLine($"Pushing {count} manifests");
await client.PushAsync("bench/all", 0, count);
await client.PushAsync("bench/warm", 0, 1000);
await client.PushAsync("bench/half-a", 0, count / 2);
await client.PushAsync("bench/half-b", count / 2, count / 2);
await client.PushAsync("bench/few", 0, 200);
Console.WriteLine($"{"",-34} {"s",8} {"per s",8} {"machine",8} {"ratio",6} {"MiB more",8}");
foreach (var (kind, speed) in new[] { ("rsa4096", "rsa4096"), ("ed25519", "ed25519"), ("nistp256", "ecdsap256") })
{
    var key = await client.CreateKeyAsync(kind);
    await client.SignAsync(key, "bench/warm");
    var machine = Openssl.SignaturesPerSecond(speed);
    var idle = server.Memory.ResidentMebibytes;
    server.Memory.ForgetPeak();
    Report(kind, count, await client.SignAsync(key, "bench/all"), machine, server.Memory.PeakMebibytes - idle);
    Report($"{kind}, nothing left to sign", count, await client.SignAsync(key, "bench/all"), null, null);
    Report($"{kind}, two runs at once", count, await client.SignAsync(key, "bench/half-a", "bench/half-b"), machine, null);
}

foreach (var attachment in new[] { "tag", "referrer" })
{
    var key = await client.CreateCosignAsync(attachment);
    Report(
        $"cosign, {attachment}", count / 2, await client.SignAsync(key, attachment == "tag" ? "bench/half-a" : "bench/half-b"),
        null, null);
}

using var gpg = new ProgramKey(scripts);
var service = await client.CreateScriptAsync(gpg);
Report("script (gpg)", 200, await client.SignAsync(service, "bench/few"), null, null);
if (gpg.Skopeo(20) is { } skopeo)
    Report("skopeo standalone-sign, RSA-4096", 20, skopeo, null, null);
return 0;

static void Report(string what, int signatures, TimeSpan time, double? machine, double? memory)
{
    var rate = signatures / time.TotalSeconds;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-34} {time.TotalSeconds,8:N2} {rate,8:N0} {machine,8:N0} {rate / machine,6:N2} {memory,8:N0}"));
}
