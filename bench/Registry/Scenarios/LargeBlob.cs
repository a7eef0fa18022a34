using System.Net;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>One client that pulls a large layer, again and again: how fast bytes leave the registry.</summary>
internal sealed class LargeBlob(TimeSpan turn) : LoadScenario(turn)
{
    private const long Megabytes = 200;
    private readonly Lazy<LargeLayer> _layer = new(() => new LargeLayer(Megabytes * 1_000_000));

    public override string Name => "blob-200m";

    public override string Description => $"GET of a blob of {Megabytes} MB, 1 connection";

    public override IReadOnlyList<Metric> Metrics { get; } = [new($"blob GET, {Megabytes} MB", "MB/s")];

    protected override async Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(endpoint);
        var client = new RegistryClient(connection, cancellationToken);
        var repository = RepositoryNames.Next("large");
        var layer = _layer.Value;
        await client.PushBlobAsync(repository, layer);
        var config = SmallImage.Make().Config;
        await client.PushBlobAsync(repository, config);
        await client.PutManifestAsync(
            repository, "latest", ImageManifest.Write(config, layer.Digest, layer.Length));

        var target = $"/v2/{repository}/blobs/{layer.Digest}";
        var request = HttpRequest.Get(endpoint, target);
        return (duration, cancellation) => ClosedLoop.RunAsync(endpoint, clients: 1, duration, PullAsync, cancellation);

        async ValueTask PullAsync(HttpConnection pull, CancellationToken cancellation)
        {
            var answer = await pull.ExchangeAsync(request, cancellation);
            if (answer.Status != 200)
                throw UnexpectedAnswer.To($"GET {target}", answer);
            if (answer.BodyBytes != layer.Length)
                throw new BenchmarkException($"GET {target} returned {answer.BodyBytes} bytes of {layer.Length}.");
        }
    }

    protected override double[] Figures(LoadResult result) => [result.PerSecond * Megabytes];
}
