using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>Adds what was signed to its repository. Repeating it makes no second version: the task's id tells.</summary>
internal sealed class SigningCommit(IGrainFactory grains, IHeadReader head, IContentSets sets, CosignTags tags)
{
    // Whoever moves the same tags all the time is to be told, not to be outrun.
    private const int MostRounds = 20;

    private const int MostTries = 10;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Adds signatures by their keys.</summary>
    /// <exception cref="ProblemException">Some were deleted meanwhile, or do not all have a place.</exception>
    public Task AddAsync(
        Guid repository, SignatureKey[] keys, bool allOrNothing, TaskStamp task, CancellationToken cancellationToken) =>
        RepeatAsync(
            () => grains.Repository(repository).ApplyAsync(new AddSignatures(keys, allOrNothing), task, cancellationToken),
            cancellationToken);

    /// <summary>Adds what cosign attaches: manifests, and tags on them.</summary>
    /// <exception cref="ProblemException">
    /// Some were deleted meanwhile, tags are moved again and again, or not all can be attached.
    /// </exception>
    public async Task AttachAsync(
        Guid repository,
        OpenService service,
        SigningTally signed,
        bool again,
        bool allOrNothing,
        TaskStamp task,
        CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var prepared = await tags.PrepareAsync(
                repository,
                service.Cosign!,
                signed.ForTags,
                again,
                (one, why) => signed.Fail(new(one.Image, $"{CompanionTags.SignaturesOf(Digest.Parse(one.Sha256))}", why)),
                cancellationToken);
            if (signed.HasFailures && (allOrNothing || signed.IsNothingSigned))
                throw signed.Failed("nothing was added to the repository");
            Attachment[] attached = [.. prepared, .. signed.Referrers];
            try
            {
                await RepeatAsync(
                    () => grains.Repository(repository).ApplyAsync(new AttachManifests(attached), task, cancellationToken),
                    cancellationToken);
                return;
            }
            catch (ProblemException moved) when (IsMovedTag(moved) && round < MostRounds)
            {
                // Somebody put something there at the same time: ours goes beside it.
            }
        }
    }

    /// <summary>Tells of images that got no signature because they carry too many.</summary>
    /// <remarks>What left the repository while it was signed needs no signature any more.</remarks>
    /// <exception cref="ProblemException">There are such images.</exception>
    public async Task RequireAddedAsync(Guid repository, IReadOnlyCollection<SignatureKey> keys)
    {
        var units = keys.Distinct().Select(ContentUnit.Signature).ToDictionary(unit => unit.InRepository);
        var missing = await head.MissingAsync(repository, units.Keys);
        if (missing.Count == 0)
            return;
        var lacking = await LackingAsync(repository, [.. missing.Select(key => units[key])]);
        var manifests = lacking.Select(ContentKey.Manifest).ToList();
        var there = await head.FindAsync(repository, manifests, CancellationToken.None);
        if (there.Count > 0)
            throw new ProblemException(
                ProblemKind.SignatureLimit,
                "The others were added to the repository; these carry as many signatures as can be served, and got no more: "
                + $"{SomeNames.Of([.. there.Select(unit => unit.Key)])}. Remove some of theirs first.",
                there[0].Key);
    }

    // A signature that is there in other bytes, as somebody brought it, is not missing.
    private async Task<IEnumerable<Digest>> LackingAsync(Guid repository, IReadOnlyCollection<ContentUnit> missing)
    {
        var stored = (await sets.FindStoredAsync(missing)).ToDictionary(found => found.Unit, found => found.Statement);
        var wanted = missing.Select(unit => (
            Manifest: unit.Target!.Value, Statement: stored.GetValueOrDefault(unit))).ToList();
        var held = (await head.StatementsAsync(repository, [.. wanted.Select(one => one.Manifest).Distinct()]))
            .Select(one => (one.Manifest, (string?)one.Statement)).ToHashSet();
        return wanted.Where(one => !held.Contains(one)).Select(one => one.Manifest).Distinct();
    }

    private static bool IsMovedTag(ProblemException problem) =>
        problem.Problem is { Kind: ProblemKind.Outdated, Subject: { } subject }
        && subject.EndsWith(".sig", StringComparison.Ordinal);

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
