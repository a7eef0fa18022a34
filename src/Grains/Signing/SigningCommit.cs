using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>Adds what was signed to its repository. Repeating it makes no second version: the task's id tells.</summary>
internal sealed class SigningCommit(IGrainFactory grains, IContentSets sets)
{
    private const int MostTries = 10;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Adds signatures by their keys.</summary>
    public Task AddAsync(Guid repository, string[] keys, Guid task, CancellationToken cancellationToken) =>
        RepeatAsync(
            () => grains.RepositoryActions(repository).AddSignaturesAsync(keys, task, cancellationToken),
            cancellationToken);

    /// <summary>Adds what cosign attaches: manifests, and tags on them.</summary>
    public async Task AttachAsync(
        Guid repository, IReadOnlyList<string> identities, Guid task, CancellationToken cancellationToken)
    {
        var tags = identities.Where(identity => identity.Contains('@')).ToList();
        var stored = (await sets.FindStoredAsync(ContentKind.Tag, tags, cancellationToken))
            .Concat(await sets.FindStoredAsync(
                ContentKind.Manifest, [.. identities.Except(tags)], cancellationToken));
        var ids = stored.Select(unit => unit.Id).ToArray();
        await RepeatAsync(
            () => grains.RepositoryActions(repository).AddAsync(ids, false, task, cancellationToken),
            cancellationToken);
    }

    private static async Task RepeatAsync(Func<Task> commit, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await commit();
                return;
            }
            catch (Exception lost) when (attempt < MostTries
                && lost is SiloUnavailableException or OrleansMessageRejectionException)
            {
                await Task.Delay(BetweenTries, cancellationToken);
            }
    }
}
