using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Takes a manifest away, with everything that has no reason to stay once it is gone.</summary>
/// <param name="Digest">The manifest.</param>
/// <param name="WithReferrers">Whether referrers and cosign's companion tags go too. Signatures always do.</param>
public sealed record RemoveManifest(Digest Digest, bool WithReferrers) : RepositoryChange
{
    private readonly ContentUnit _manifest = ContentUnit.Manifest(Digest);

    public override IEnumerable<ContentKey> Touches => [_manifest.InRepository];

    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (view.Find(_manifest.InRepository) is null)
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository does not hold that manifest.", Digest.ToString());

        var cascade = new Cascade(view, WithReferrers);
        return new([], await cascade.FollowAsync([Digest.ToString()], cancellationToken));
    }
}
