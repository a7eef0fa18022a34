namespace OrleansRegistry.Repositories;

/// <summary>Makes the newest version equal to an older one, as a version of its own: history is not rewritten.</summary>
public sealed record RollBack(int Version) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var (added, removed) = await view.Sets.DifferenceAsync(view.Repository, Version, cancellationToken);
        await view.Context.History.RequireAsync(view.Repository, Version, cancellationToken);
        return new(added, removed) { TagsAreStored = true };
    }
}
