using System.Collections.Immutable;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>Plays a scenario on a node and in the model, and finds where they part.</summary>
internal sealed class Comparison(Node node, IDatabase database)
{
    private readonly VersionReader _reader = new VersionReader(database);
    private readonly HeadReader _head = new HeadReader(database);

    /// <summary>Puts the bytes of all blobs on disk, once: admitting them again needs no upload.</summary>
    public static async Task PrepareAsync(Node node)
    {
        var repository = await node.CreateRepositoryAsync();
        foreach (var word in World.Words)
            await node.PushBlobAsync(repository.GetPrimaryKey(), word);
    }

    /// <summary>The first difference, in words; null where there is none.</summary>
    public async Task<string?> FindDifferenceAsync(Scenario scenario)
    {
        var models = Scenario.NewModels(scenario.World, scenario.WithReferrers);
        var repositories = new List<Guid>();
        foreach (var _ in models)
            repositories.Add((await node.CreateRepositoryAsync()).GetPrimaryKey());

        for (var burst = 0; burst < scenario.Bursts.Count; burst++)
        {
            var steps = scenario.Bursts[burst];
            var expected = steps.Select(step => models[step.Repository].Apply(step, models)).ToList();
            var told = await Task.WhenAll(steps.Select(step => DoAsync(step, scenario.World, repositories)));
            for (var step = 0; step < steps.Length; step++)
                if (told[step] != expected[step])
                    return $"In burst {burst}, {steps[step]}: expected {expected[step]}, was told {told[step]}.";

            var (repository, model) = (repositories[steps[0].Repository], models[steps[0].Repository]);
            if (await CompareHeadAsync(repository, model) is { } difference)
                return $"After burst {burst}: {difference}";
            if (burst % 4 == 0 && await CompareAsync(repository, model, burst % model.Versions.Count) is { } changed)
                return $"After burst {burst}: {changed}";
        }

        foreach (var (repository, model) in repositories.Zip(models))
        {
            for (var version = 0; version < model.Versions.Count; version++)
                if (await CompareAsync(repository, model, version) is { } difference)
                    return $"In the end: {difference}";
            await Recount.AssertAsync(database, repository);
        }

        return null;
    }

    private async Task<Outcome> DoAsync(Step step, World world, List<Guid> repositories)
    {
        var id = repositories[step.Repository];
        var repository = node.Grains.Repository(id);
        var blob = Digest.Parse(World.Blobs[step.Number % World.Blobs.Count]);
        var thing = world.Things[step.Number];
        try
        {
            switch (step.Act)
            {
                case Act.PushBlob:
                    await repository.AdmitBlobAsync(
                        new(id, Guid.NewGuid(), blob, World.Words[step.Number].Length));
                    return new();
                case Act.MountBlob:
                    return new(Found: await repository.MountBlobAsync(repositories[step.Source], blob));
                case Act.PutManifest:
                    return new(Version: await node.PutAsync(id, thing.Manifest, step.Tags));
                case Act.Untag:
                    return new(Version: await repository.ApplyAsync(new Untag(Tag.Parse(step.Tags[0]))));
                case Act.RemoveManifest:
                    return new(Version: await repository.ApplyAsync(new RemoveManifest(thing.Manifest.Digest)));
                case Act.RemoveBlob:
                    await repository.RemoveBlobAsync(blob);
                    return new();
                case Act.Sign:
                    return new(Version: await node.Grains.Manifest(thing.Manifest.Digest)
                        .AddSignatureAsync(id, world.SignatureOf(step.Number, step.Source).Bytes));
                default:
                    throw new InvalidOperationException($"{step.Act} is new here.");
            }
        }
        catch (ProblemException refusal)
        {
            return new(refusal.Problem.Kind);
        }
    }

    private async Task<string?> CompareHeadAsync(Guid repository, ModelRepository model)
    {
        var head = await node.Grains.Repository(repository).GetHeadAsync();
        if (head != model.Versions.Count - 1)
            return $"the head is {head}, not {model.Versions.Count - 1}.";
        var blobs = World.Blobs.Select(blob => ContentKey.Blob(Digest.Parse(blob))).ToList();
        var pending = (await _head.LookAsync(repository, blobs, [], CancellationToken.None)).Pending;
        if (!model.Pending.SetEquals(pending.Select(blob => blob.ToString())))
            return $"pending are [{string.Join(", ", pending)}], not [{string.Join(", ", model.Pending)}].";
        return await CompareAsync(repository, model, head);
    }

    private async Task<string?> CompareAsync(Guid repository, ModelRepository model, int version)
    {
        var state = await ReadAsync(repository, version);
        if (state.Dangling.Any())
            return $"version {version} has {string.Join(", ", state.Dangling)} on no manifest.";
        return state.IsSame(model.Versions[version])
            ? null
            : $"version {version} holds\n{state}\ninstead of\n{model.Versions[version]}";
    }

    private async Task<State> ReadAsync(Guid repository, int version)
    {
        return new(
            [.. (await ListAsync(ContentKind.Blob)).Select(unit => unit.Key)],
            [.. (await ListAsync(ContentKind.Manifest)).Select(unit => unit.Key)],
            (await ListAsync(ContentKind.Tag)).ToImmutableDictionary(unit => unit.Key, unit => unit.Target.ToString()!),
            (await ListAsync(ContentKind.Signature)).ToImmutableDictionary(unit => unit.Key, unit => unit.Target.ToString()!));

        Task<IReadOnlyList<ContentUnit>> ListAsync(ContentKind kind) =>
            _reader.ListAsync(repository, version, kind, null, 1000, CancellationToken.None);
    }
}
