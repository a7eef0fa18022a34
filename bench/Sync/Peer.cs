using System.Diagnostics;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Sync;

/// <summary>The upstream: CNCF Distribution as Debian packages it, on its filesystem driver.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public Peer()
    {
        Authority = $"127.0.0.1:{LoopbackPort.Free(1)[0]}";
        var configuration = Path.Combine(_directory.Path, "config.yml");
        File.WriteAllText(
            configuration,
            $$$"""
            version: 0.1
            log: {level: error, accesslog: {disabled: true}}
            storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: {{{_directory.Path}}}/data} }
            http: {addr: {{{Authority}}}, secret: benchmark}
            """);
        Server = new(new ProcessStartInfo("docker-registry", ["serve", configuration]));
    }

    public string Authority { get; }

    public ServerProcess Server { get; }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _directory.DisposeAsync();
    }
}
