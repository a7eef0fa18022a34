using System.Net;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>Build machines that push small images, each new: two blobs, then the manifest by a tag of its own.</summary>
/// <param name="name">For <c>--only</c>.</param>
/// <param name="title">For the report.</param>
/// <param name="repositories">How many repositories take turns.</param>
/// <param name="turn">How long a turn lasts.</param>
internal sealed class PushImages(string name, string title, int repositories, TimeSpan turn) : LoadScenario(turn)
{
    private const int Clients = 16;

    public override string Name => name;

    public override string Description =>
        $"{title}: config, one layer of {SmallImage.LayerBytes / 1024} KiB, manifest by tag; {Clients} clients";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new(title, "images/s"),
        new($"{title}, p99", "ms", MoreIsBetter: false),
        new($"{title}, processor time of each", "µs", MoreIsBetter: false),
    ];

    protected override Task<Func<TimeSpan, CancellationToken, Task<LoadResult>>> FillAsync(
        IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var names = Enumerable.Range(0, repositories).Select(number => RepositoryNames.Next(name, number)).ToArray();
        var pushed = 0;
        return Task.FromResult<Func<TimeSpan, CancellationToken, Task<LoadResult>>>(
            (duration, cancellation) => ClosedLoop.RunAsync(endpoint, Clients, duration, PushAsync, cancellation));

        async ValueTask PushAsync(HttpConnection connection, CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref pushed);
            await new RegistryClient(connection, cancellation)
                .PushAsync(names[number % names.Length], $"build-{number}", SmallImage.Make());
        }
    }
}
