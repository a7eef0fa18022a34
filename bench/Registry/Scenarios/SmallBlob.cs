using System.Net;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>Configs and small layers: the cost of a blob request apart from its bytes.</summary>
internal sealed class SmallBlob(IGetLoad gets, TimeSpan turn) : LoadScenario(turn)
{
    private const int Blobs = 100;
    private const int Connections = 32;

    public override string Name => "blob-4k";

    public override string Description => $"GET of {Blobs} blobs of 4 KiB in one repository, {Connections} connections";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new("blob GET, 4 KiB", "requests/s"),
        new("blob GET, 4 KiB, p99", "ms", MoreIsBetter: false),
    ];

    protected override async Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(endpoint);
        var client = new RegistryClient(connection, cancellationToken);
        var repository = RepositoryNames.Next("blobs");
        var image = SmallImage.Make();
        await client.PushAsync(repository, "latest", image);
        var targets = new List<string>();
        for (var number = 0; number < Blobs; number++)
        {
            var bytes = new byte[4096];
            Random.Shared.NextBytes(bytes);
            var blob = Blob.Of(bytes);
            await client.PushBlobAsync(repository, blob);
            // A registry may serve only blobs that a manifest of the repository names.
            await client.PutManifestAsync(repository, $"blob-{number}", ImageManifest.Write(image.Config, blob));
            targets.Add($"/v2/{repository}/blobs/{blob.Digest}");
            await client.ConfirmAsync(targets[^1], bytes);
        }

        return (duration, cancellation) => gets.RunAsync(endpoint, targets, Connections, duration, cancellation);
    }
}
