using System.Diagnostics;
using OrleansRegistry.Bench.Images;
using OrleansRegistry.Bench.Load;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>A large layer must not cost more memory than a small one: peak while each of them is pushed.</summary>
internal sealed class LargePush(long layerBytes) : ProcessScenario
{
    private const int SmallMebibytes = 1;
    private readonly Lazy<LargeLayer> _layer = new(() => new LargeLayer(layerBytes));

    public override string Name => "push-memory";

    public override string Description =>
        $"peak of resident memory while a layer of {layerBytes >> 20} MiB is pushed, against one of {SmallMebibytes} MiB";

    public override IReadOnlyList<Metric> Metrics { get; } =
    [
        new($"memory, peak of a {SmallMebibytes} MiB push", "MiB", MoreIsBetter: false),
        new($"memory, peak of a {layerBytes >> 20} MiB push", "MiB", MoreIsBetter: false),
        new("memory, growth from the one to the other", "MiB", MoreIsBetter: false, IsRatioUseful: false),
        new($"push of a {layerBytes >> 20} MiB layer", "MiB/s"),
    ];

    protected override async Task<double[]> MeasureAsync(Installation installation, CancellationToken cancellationToken)
    {
        await using var registry = await installation.StartAsync(cancellationToken);
        using var connection = new HttpConnection(registry.Endpoint);
        var client = new RegistryClient(connection, cancellationToken);
        var repository = RepositoryNames.Next("memory");

        // The first push loads code; only the second shows what a small push needs.
        await client.PushBlobAsync(repository, new LargeLayer(SmallMebibytes << 20));
        var small = await PeakAsync(new LargeLayer(SmallMebibytes << 20));
        var layer = _layer.Value;
        var started = Stopwatch.GetTimestamp();
        var large = await PeakAsync(layer);
        return [small, large, large - small, (layerBytes >> 20) / Stopwatch.GetElapsedTime(started).TotalSeconds];

        async Task<double> PeakAsync(LargeLayer pushed)
        {
            var memory = registry.Process!.Memory;
            memory.ForgetPeak();
            await client.PushBlobAsync(repository, pushed);
            return memory.PeakMebibytes;
        }
    }
}
