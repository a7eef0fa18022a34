using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes an image, or any manifest, away with its tags, and with everything that has no reason to stay once it is gone.
/// One that an index lists which stays is refused: the index could not be pulled any more.
/// </summary>
/// <param name="Digest">The manifest.</param>
/// <param name="WithReferrers">Whether referrers and cosign's companion tags go too. Signatures always do.</param>
public sealed record RemoveManifest(Digest Digest, bool WithReferrers) : RepositoryChange
{
    private readonly ContentUnit _manifest = ContentUnit.Manifest(Digest);

    /// <summary>Takes it away even where that breaks an index.</summary>
    public bool AllowBrokenIndexes { get; init; }

    public override IEnumerable<ContentKey> Touches => [_manifest.InRepository];

    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (view.Find(_manifest.InRepository) is null)
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository does not hold that manifest.", Digest.ToString());

        var cascade = new Cascade(view, WithReferrers);
        var leaving = await cascade.FollowAsync([_manifest.Key], cancellationToken);
        var broken = AllowBrokenIndexes ? [] : await cascade.BrokenByAsync([_manifest.Key], cancellationToken);
        return broken.Count == 0
            ? new([], leaving)
            : throw await RefusedAsync(view, broken, cancellationToken);
    }

    private async Task<ProblemException> RefusedAsync(
        RepositoryView view, IReadOnlyList<string> indexes, CancellationToken cancellationToken)
    {
        var tags = (await view.Head.AimingAtAsync(view.Repository, indexes, cancellationToken))
            .Where(unit => unit.Kind is ContentKind.Tag).ToLookup(tag => tag.Target!, tag => tag.Key);
        var named = indexes.Select(index => tags.Contains(index)
            ? $"{index} ({SomeNames.Of([.. tags[index].Order(StringComparer.Ordinal)])})"
            : index).Order(StringComparer.Ordinal).ToList();
        return new(
            ProblemKind.Listed,
            $"The image is listed by {SomeNames.Of(named)}, which could not be pulled without it. Delete what lists it "
            + "first.",
            Digest.ToString());
    }
}
