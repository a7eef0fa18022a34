using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Ours in cluster mode: one node on PostgreSQL, in a database of its own.</summary>
internal sealed class ClusterServer(
    string executable, string postgres, IReadOnlyList<string> arguments, string name = "ours, PostgreSQL") : ISide
{
    public string Name => name;

    public async Task<Installation> InstallAsync(CancellationToken cancellationToken)
    {
        var database = await PostgresDatabase.CreateAsync(postgres);
        var directory = new TemporaryDirectory();
        var ports = LoopbackPort.Free(2);
        var command = new ProcessStartInfo(
            executable,
            [
                .. ServerArguments.Common(directory, ports[0]),
                "--postgres", database.ConnectionString,
                $"--Cluster:SiloPort={ports[1]}",
                "--Cluster:Address=127.0.0.1",
                .. arguments,
            ]);
        return new Installation(new IPEndPoint(IPAddress.Loopback, ports[0]), command, directory, database);
    }
}
