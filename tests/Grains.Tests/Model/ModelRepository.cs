using System.Collections.Immutable;

namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>What one version holds. Tags and signatures by their key, with the manifest they aim at.</summary>
internal sealed record State(
    ImmutableHashSet<string> Blobs,
    ImmutableHashSet<string> Manifests,
    ImmutableDictionary<string, string> Tags,
    ImmutableDictionary<string, string> Signatures)
{
    public static State Empty { get; } = new(
        [], [], ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);

    public bool IsSame(State other) =>
        Blobs.SetEquals(other.Blobs) && Manifests.SetEquals(other.Manifests)
        && IsSame(Tags, other.Tags) && IsSame(Signatures, other.Signatures);

    /// <summary>The tags and signatures whose manifest is not there: there must be none, ever.</summary>
    public IEnumerable<string> Dangling =>
        Tags.Concat(Signatures).Where(unit => !Manifests.Contains(unit.Value)).Select(unit => unit.Key);

    public override string ToString() => string.Join(
        '\n',
        Blobs.Order().Concat(Manifests.Order())
            .Concat(Tags.Concat(Signatures).Select(unit => $"{unit.Key} -> {unit.Value}").Order()));

    private static bool IsSame(ImmutableDictionary<string, string> a, ImmutableDictionary<string, string> b) =>
        a.Count == b.Count && a.All(unit => b.TryGetValue(unit.Key, out var value) && value == unit.Value);
}

/// <summary>A repository as its rules describe it, in sets: no database, no queue, no plan.</summary>
internal sealed class ModelRepository(World world, bool withReferrers)
{
    private readonly Dictionary<string, Thing> _things = world.Things.ToDictionary(thing => thing.Digest);

    public List<State> Versions { get; } = [State.Empty];

    /// <summary>Blobs that can be pulled and used though the newest version does not hold them.</summary>
    public HashSet<string> Pending { get; } = [];

    public State Head => Versions[^1];

    private int Number => Versions.Count - 1;

    public bool HasBlob(string blob) => Head.Blobs.Contains(blob) || Pending.Contains(blob);

    public bool CanPut(Thing thing) => thing.Blobs.All(HasBlob) && thing.Children.All(Head.Manifests.Contains);

    public Outcome Apply(Step step, IReadOnlyList<ModelRepository> repositories) => step.Act switch
    {
        Act.PushBlob => Push(World.Blobs[step.Number]),
        Act.MountBlob => Mount(World.Blobs[step.Number], repositories[step.Source]),
        Act.PutManifest => Put(world.Things[step.Number], step.Tags),
        Act.Untag => Untag(step.Tags[0]),
        Act.RemoveManifest => Remove(world.Things[step.Number].Digest),
        Act.RemoveBlob => RemoveBlob(World.Blobs[step.Number]),
        Act.Sign => Sign(world.Things[step.Number].Digest, world.SignatureOf(step.Number, step.Source).Key),
    };

    private Outcome Push(string blob)
    {
        Pending.Add(blob);
        return new();
    }

    private Outcome Mount(string blob, ModelRepository source)
    {
        var found = source.HasBlob(blob);
        if (found)
            Pending.Add(blob);
        return new(Found: found);
    }

    private Outcome Put(Thing thing, string[] tags)
    {
        if (!CanPut(thing))
            return new(ProblemKind.ManifestBlobUnknown);
        Pending.ExceptWith(thing.Blobs.Where(blob => !Head.Blobs.Contains(blob)));
        return Commit(Head with
        {
            Blobs = Head.Blobs.Union(thing.Blobs),
            Manifests = Head.Manifests.Add(thing.Digest),
            Tags = Head.Tags.SetItems(tags.Select(tag => KeyValuePair.Create(tag, thing.Digest))),
        });
    }

    private Outcome Untag(string tag) => Head.Tags.ContainsKey(tag)
        ? Commit(Head with { Tags = Head.Tags.Remove(tag) })
        : new(ProblemKind.ManifestUnknown);

    private Outcome RemoveBlob(string blob)
    {
        if (!HasBlob(blob))
            return new(ProblemKind.BlobUnknown);
        Pending.Remove(blob);
        Commit(Head with { Blobs = Head.Blobs.Remove(blob) });
        return new();
    }

    private Outcome Sign(string manifest, string signature) => Head.Manifests.Contains(manifest)
        ? Commit(Head with { Signatures = Head.Signatures.SetItem(signature, manifest) })
        : new(ProblemKind.ManifestUnknown);

    private Outcome Remove(string manifest)
    {
        if (!Head.Manifests.Contains(manifest))
            return new(ProblemKind.ManifestUnknown);
        var leaving = LeavingWith(manifest);
        var staying = Head.Manifests.Except(leaving);
        if (staying.Any(stays => _things[stays].Children.Contains(manifest)))
            return new(ProblemKind.Listed);
        var unused = leaving.SelectMany(left => _things[left].Blobs)
            .Except(staying.SelectMany(stays => _things[stays].Blobs));
        return Commit(new(
            Head.Blobs.Except(unused),
            staying,
            Head.Tags.RemoveRange(Head.Tags.Where(tag => Leaves(tag, leaving)).Select(tag => tag.Key)),
            Head.Signatures.RemoveRange(
                Head.Signatures.Where(unit => leaving.Contains(unit.Value)).Select(unit => unit.Key))));
    }

    /// <summary>Grows the set until nothing more has lost its reason to stay.</summary>
    private HashSet<string> LeavingWith(string manifest)
    {
        var leaving = new HashSet<string> { manifest };
        while (true)
        {
            var tags = Head.Tags.Where(tag => !Leaves(tag, leaving)).ToList();
            var suspects = leaving.SelectMany(left => _things[left].Children)
                .Concat(Head.Tags.Where(tag => IsCompanion(tag.Key, leaving)).Select(tag => tag.Value))
                .Concat(Head.Manifests.Where(other => withReferrers && Describes(other, leaving.Contains))).ToHashSet();
            var staying = Head.Manifests.Except(leaving);
            var listed = staying.SelectMany(other => _things[other].Children).ToHashSet();
            var more = staying.Where(other => suspects.Contains(other) && !listed.Contains(other)
                && tags.All(tag => tag.Value != other) && !Describes(other, staying.Contains)).ToList();
            if (more.Count == 0)
                return leaving;
            leaving.UnionWith(more);
        }
    }

    private bool Describes(string manifest, Func<string, bool> isMeant) =>
        _things[manifest].Subject is { } subject && isMeant(subject);

    private bool Leaves(KeyValuePair<string, string> tag, HashSet<string> leaving) =>
        leaving.Contains(tag.Value) || IsCompanion(tag.Key, leaving);

    private bool IsCompanion(string tag, HashSet<string> leaving) =>
        withReferrers && tag.Length > 64 && leaving.Any(left => World.CompanionsOf(left).Contains(tag));

    private Outcome Commit(State next)
    {
        if (!next.IsSame(Head))
            Versions.Add(next);
        return new(Version: Number);
    }
}
