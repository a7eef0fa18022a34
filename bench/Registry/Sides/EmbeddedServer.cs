using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>Ours as it starts by default: one process, SQLite and files.</summary>
internal sealed class EmbeddedServer(string executable, IReadOnlyList<string> arguments, string name = "ours, embedded")
    : ISide
{
    public string Name => name;

    public Task<Installation> InstallAsync(CancellationToken cancellationToken)
    {
        var directory = new TemporaryDirectory();
        var port = LoopbackPort.Free(1)[0];
        var command = new ProcessStartInfo(executable, [.. ServerArguments.Common(directory, port), .. arguments]);
        return Task.FromResult(new Installation(new IPEndPoint(IPAddress.Loopback, port), command, directory));
    }
}
