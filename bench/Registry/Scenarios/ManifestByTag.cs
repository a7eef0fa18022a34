using System.Net;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>The most frequent request a registry gets: which image does this tag mean now.</summary>
internal sealed class ManifestByTag(IGetLoad gets, TimeSpan turn) : LoadScenario(turn)
{
    private const int Repositories = 10;
    private const int Tags = 10;
    private const int Connections = 32;

    public override string Name => "manifest-by-tag";

    public override string Description =>
        $"GET of manifests by tag: {Repositories} repositories of {Tags} tags each, {Connections} connections";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new("manifest GET by tag", "requests/s"),
        new("manifest GET by tag, p99", "ms", MoreIsBetter: false),
        new("manifest GET by tag, processor time", "µs", MoreIsBetter: false),
    ];

    protected override async Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(endpoint);
        var client = new RegistryClient(connection, cancellationToken);
        var targets = new List<string>();
        for (var number = 0; number < Repositories; number++)
        {
            var repository = RepositoryNames.Next("manifests", number);
            for (var tag = 0; tag < Tags; tag++)
            {
                var image = SmallImage.Make();
                await client.PushAsync(repository, $"tag-{tag}", image);
                targets.Add($"/v2/{repository}/manifests/tag-{tag}");
                await client.ConfirmAsync(targets[^1], image.Manifest);
            }
        }

        return (duration, cancellation) => gets.RunAsync(endpoint, targets, Connections, duration, cancellation);
    }

    protected override double[] Figures(LoadResult result) =>
        [result.PerSecond, result.P99Milliseconds, result.ProcessorMicroseconds];
}
