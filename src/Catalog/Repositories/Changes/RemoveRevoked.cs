namespace OrleansRegistry.Repositories;

/// <summary>Takes away what revocations in force are about: signatures by keys, and images. Where there is none, nothing
/// changes.</summary>
public sealed record RemoveRevoked : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var signatures = await view.Sets.RevokedSignaturesAsync(view.Repository, version: null, cancellationToken);
        var manifests = await view.Sets.RevokedManifestsAsync(view.Repository, cancellationToken);
        if (manifests.Count == 0)
            return new([], signatures);
        var leaving = await new Cascade(view).FollowAsync([.. manifests.Select(unit => unit.Digest)], cancellationToken);
        return new([], [.. leaving.Concat(signatures).DistinctBy(unit => unit.InRepository)]);
    }
}
