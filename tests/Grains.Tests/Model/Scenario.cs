namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>Bursts of requests: those of one burst are made at once, of one repository.</summary>
internal sealed record Scenario(World World, bool WithReferrers, IReadOnlyList<Step[]> Bursts)
{
    public const int Repositories = 3;

    public int Steps => Bursts.Sum(burst => burst.Length);

    public static Scenario Generate(int seed, World world, bool withReferrers, int steps)
    {
        var random = new Random(seed);
        var bursts = new List<Step[]>();
        // The model runs along, so that most requests are ones that can be fulfilled.
        var models = NewModels(world, withReferrers);
        for (var count = 0; count < steps; count += bursts[^1].Length)
        {
            var repository = random.Next(Repositories);
            var burst = new List<Step>();
            for (var length = random.Next(1, 6); length > 0; length--)
            {
                var step = Next(random, world, models, repository);
                if (burst.Count > 0 && !step.IsQueued)
                    break;
                burst.Add(step);
                models[repository].Apply(step, models);
                if (!step.IsQueued)
                    break;
            }

            bursts.Add([.. burst]);
        }

        return new(world, withReferrers, bursts);
    }

    public static List<ModelRepository> NewModels(World world, bool withReferrers) =>
        [.. Enumerable.Range(0, Repositories).Select(_ => new ModelRepository(world, withReferrers))];

    /// <summary>Scenarios with a little less in them, the biggest cuts first.</summary>
    public IEnumerable<Scenario> Smaller()
    {
        for (var size = Bursts.Count / 2; size > 0; size /= 2)
            for (var first = 0; first < Bursts.Count; first += size)
                yield return this with { Bursts = [.. Bursts.Take(first), .. Bursts.Skip(first + size)] };
        for (var burst = 0; burst < Bursts.Count; burst++)
            for (var step = 0; Bursts[burst].Length > 1 && step < Bursts[burst].Length; step++)
            {
                var bursts = Bursts.ToArray();
                bursts[burst] = [.. bursts[burst].Where((_, place) => place != step)];
                yield return this with { Bursts = bursts };
            }
    }

    public override string ToString() =>
        string.Join('\n', Bursts.Select((burst, number) => $"{number}. " + string.Join("\n   ", burst.AsEnumerable())));

    private static Step Next(Random random, World world, List<ModelRepository> models, int repository)
    {
        var model = models[repository];
        switch (random.Next(100))
        {
            case < 22:
                return new(Act.PushBlob, repository, random.Next(World.Blobs.Count));
            case < 28:
                return new(Act.MountBlob, repository, random.Next(World.Blobs.Count), random.Next(Repositories));
            case < 62:
                var tags = Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, world.Tags)).ToArray();
                return new(Act.PutManifest, repository, Thing(random, world, model.CanPut), 0, tags);
            case < 72:
                return new(
                    Act.Sign, repository,
                    Thing(random, world, thing => model.Head.Manifests.Contains(thing.Digest)),
                    random.Next(World.SignaturesEach));
            case < 82:
                var known = random.Next(5) > 0 && model.Head.Tags.Count > 0;
                return new(
                    Act.Untag, repository, Tags: Pick(random, known ? [.. model.Head.Tags.Keys.Order()] : world.Tags));
            case < 96:
                return new(
                    Act.RemoveManifest, repository,
                    Thing(random, world, thing => model.Head.Manifests.Contains(thing.Digest)));
            default:
                return new(Act.RemoveBlob, repository, random.Next(World.Blobs.Count));
        }
    }

    // Mostly one that fits; the rest is for the refusals.
    private static int Thing(Random random, World world, Func<Thing, bool> fits)
    {
        var fitting = Enumerable.Range(0, world.Things.Count).Where(number => fits(world.Things[number])).ToList();
        return fitting.Count > 0 && random.Next(8) > 0 ? Pick(random, fitting) : random.Next(world.Things.Count);
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
