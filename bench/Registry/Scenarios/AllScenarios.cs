using OrleansRegistry.Bench.Load;

namespace OrleansRegistry.Bench.Scenarios;

/// <summary>The scenarios in the order of the report.</summary>
internal static class AllScenarios
{
    public static IReadOnlyList<IScenario> For(BenchmarkOptions options, IGetLoad gets) =>
    [
        new ManifestByTag(gets, options.Turn),
        new SmallBlob(gets, options.Turn),
        new LargeBlob(options.Turn),
        new PushImages("push-one", "push of small images, one repository", repositories: 1, options.Turn),
        new PushImages("push-many", "push of small images, 100 repositories", repositories: 100, options.Turn),
        new HotRepository(options.Turn),
        new SignaturesGet(options.Turn),
        new Start(),
        new IdleMemory(),
        new LargePush(options.LayerBytes),
    ];
}
