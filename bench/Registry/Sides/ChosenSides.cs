namespace OrleansRegistry.Bench.Sides;

/// <summary>Which registries take part, and which of them the others are compared with.</summary>
/// <param name="All">In the order of the report.</param>
/// <param name="Peer">Index of the peer; null when it isn't installed.</param>
internal sealed record ChosenSides(IReadOnlyList<ISide> All, int? Peer)
{
    public static async Task<ChosenSides> ChooseAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (options.Beside is { } setting)
            return new ChosenSides(await TwiceAsync(options, setting, cancellationToken), 1);
        var hasPeer = File.Exists(options.Peer);
        if (options.Calibrate && !hasPeer)
            throw new BenchmarkException($"--calibrate needs the peer, and {options.Peer} is not there.");

        List<ISide> sides = options.Calibrate
            ? [new PeerServer(options.Peer, "peer, again")]
            : await OursAsync(options, cancellationToken);
        if (hasPeer)
            sides.Add(new PeerServer(options.Peer));
        return new ChosenSides(sides, hasPeer ? sides.Count - 1 : null);
    }

    private static async Task<List<ISide>> OursAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        if (options.Ours is not null)
            return [new StartedServer(options.Ours)];

        var executable = await ExecutableAsync(options, cancellationToken);
        List<ISide> sides = [new EmbeddedServer(executable, options.ServerArguments)];
        if (options.Postgres is not null)
            sides.Add(new ClusterServer(executable, options.Postgres, options.ServerArguments));
        return sides;
    }

    // The same registry without and with a setting, so that they meet the same machine at the same time.
    private static async Task<List<ISide>> TwiceAsync(
        BenchmarkOptions options, string setting, CancellationToken cancellationToken)
    {
        var executable = await ExecutableAsync(options, cancellationToken);
        return [Ours(options.ServerArguments, "ours"), Ours([.. options.ServerArguments, $"--{setting}"], setting)];

        ISide Ours(IReadOnlyList<string> arguments, string name) => options.Postgres is { } postgres
            ? new ClusterServer(executable, postgres, arguments, name)
            : new EmbeddedServer(executable, arguments, name);
    }

    private static async Task<string> ExecutableAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        var executable = options.Server ?? await ServerBuild.RunAsync(cancellationToken);
        return File.Exists(executable) ? executable : throw new BenchmarkException($"{executable} is not there.");
    }
}
