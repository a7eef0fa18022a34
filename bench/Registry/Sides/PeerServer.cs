using System.Diagnostics;
using System.Net;

namespace OrleansRegistry.Bench.Sides;

/// <summary>The peer: CNCF Distribution as Debian packages it, on its filesystem driver.</summary>
/// <remarks>
/// Set up as the package's own config.yml does (in-memory cache of blob descriptors, deletion enabled, the storage
/// check on), but for the log, which is kept to errors.
/// </remarks>
internal sealed class PeerServer(string executable, string name = "peer") : ISide
{
    public string Name => name;

    public Task<Installation> InstallAsync(CancellationToken cancellationToken)
    {
        var directory = new TemporaryDirectory();
        var port = LoopbackPort.Free(1)[0];
        var configuration = Path.Combine(directory.Path, "config.yml");
        File.WriteAllText(configuration, Configuration(directory.Path, port));
        var command = new ProcessStartInfo(executable, ["serve", configuration]);
        return Task.FromResult(new Installation(new IPEndPoint(IPAddress.Loopback, port), command, directory));
    }

    private static string Configuration(string directory, int port) =>
        $"""
        version: 0.1
        log:
          level: error
          accesslog:
            disabled: true
        storage:
          cache:
            blobdescriptor: inmemory
          filesystem:
            rootdirectory: {directory}/data
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:{port}
          secret: benchmark
          headers:
            X-Content-Type-Options: [nosniff]
        health:
          storagedriver:
            enabled: true
            interval: 10s
            threshold: 3
        """;
}
