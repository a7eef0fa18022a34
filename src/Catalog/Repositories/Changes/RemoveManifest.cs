using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes an image, or any manifest, away with its tags, and with everything that has no reason to stay once it is gone.
/// One that an index lists which stays is refused, unless that is allowed here: the index could not be pulled any more.
/// </summary>
public sealed record RemoveManifest(Digest Digest) : RepositoryChange
{
    private readonly ContentUnit _manifest = ContentUnit.Manifest(Digest);

    public override IEnumerable<ContentKey> Touches => [_manifest.InRepository];

    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (view.Find(_manifest.InRepository) is null)
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository does not hold that manifest.", Digest.ToString());

        var cascade = new Cascade(view);
        var leaving = await cascade.FollowAsync([Digest], cancellationToken);
        var broken = view.Context.Removal.AllowBrokenIndexes ? [] : await cascade.BrokenByAsync([Digest], cancellationToken);
        return broken.Count == 0
            ? new([], leaving)
            : throw await RefusedAsync(view, broken, cancellationToken);
    }

    private async Task<ProblemException> RefusedAsync(
        RepositoryView view, IReadOnlyList<Digest> indexes, CancellationToken cancellationToken)
    {
        var tags = (await view.Head.AimingAtAsync(view.Repository, indexes, cancellationToken))
            .Where(unit => unit.Kind is ContentKind.Tag).ToLookup(tag => tag.Target!.Value, tag => tag.Key);
        var named = indexes.Select(index => tags.Contains(index)
            ? $"{index} ({SomeNames.Of([.. tags[index].Order(StringComparer.Ordinal)])})"
            : $"{index}").Order(StringComparer.Ordinal).ToList();
        return new(
            ProblemKind.Listed,
            $"The image is listed by {SomeNames.Of(named)}, which could not be pulled without it. Delete what lists it "
            + "first.",
            Digest.ToString());
    }
}
