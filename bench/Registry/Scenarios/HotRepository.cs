using System.Net;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>Many writers on one repository, whose blobs are there already: each manifest is one more version of it.</summary>
/// <remarks>The peer has no versions; it does the same requests. Some of what was acknowledged is read back.</remarks>
internal sealed class HotRepository(TimeSpan turn) : LoadScenario(turn)
{
    private const int Writers = 64;
    private const int ReadBack = 20;

    public override string Name => "hot-repository";

    public override string Description =>
        $"PUT of new manifests, each by a tag of its own, into one repository; {Writers} writers";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new("versions of one hot repository", "versions/s"),
        new("versions of one hot repository, p99", "ms", MoreIsBetter: false),
        new("versions of one hot repository, processor time of each", "µs", MoreIsBetter: false),
    ];

    protected override async Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var connection = new HttpConnection(endpoint);
        var repository = RepositoryNames.Next("hot");
        var image = SmallImage.Make();
        await new RegistryClient(connection, cancellationToken).PushAsync(repository, "latest", image);
        var put = 0;
        return async (duration, cancellation) =>
        {
            var result = await ClosedLoop.RunAsync(endpoint, Writers, duration, PutAsync, cancellation);
            await ReadBackAsync(cancellation);
            return result;
        };

        async ValueTask PutAsync(HttpConnection writer, CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref put);
            await new RegistryClient(writer, cancellation)
                .PutManifestAsync(repository, $"build-{number}", Manifest(number));
        }

        async Task ReadBackAsync(CancellationToken cancellation)
        {
            using var reading = new HttpConnection(endpoint);
            var reader = new RegistryClient(reading, cancellation);
            for (var count = 0; count < ReadBack; count++)
            {
                var number = Random.Shared.Next(1, put + 1);
                await reader.ConfirmAsync($"/v2/{repository}/manifests/build-{number}", Manifest(number));
            }
        }

        byte[] Manifest(int number) => ImageManifest.Write(image.Config, image.Layer, number);
    }
}
