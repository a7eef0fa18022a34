using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes content away, with all that is not needed without it. A blob or a manifest that something remaining needs
/// stays, and that is no failure; so is content that the repository does not hold.
/// </summary>
/// <param name="Ids">The content.</param>
/// <param name="WithReferrers">Whether referrers and companion tags go too. Signatures always do.</param>
/// <param name="Sets">Where the content is found.</param>
public sealed record RemoveContent(IReadOnlyCollection<Guid> Ids, bool WithReferrers, IContentSets Sets) : RepositoryChange
{
    /// <summary>Manifests that stay, with all that hangs on them and is not named itself.</summary>
    public IReadOnlySet<string>? Staying { get; init; }

    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var named = (await Sets.FindByIdAsync(Ids, cancellationToken)).Select(found => found.Unit).ToList();
        return new([], await FollowAsync(view, named, WithReferrers, cancellationToken, Staying));
    }

    internal static async Task<IReadOnlyList<ContentUnit>> FollowAsync(
        RepositoryView view,
        IReadOnlyCollection<ContentUnit> named,
        bool withReferrers,
        CancellationToken cancellationToken,
        IReadOnlySet<string>? staying = null)
    {
        var held = await view.Head.FindAsync(
            view.Repository, [.. named.Select(unit => unit.InRepository)], cancellationToken);
        // A tag that points elsewhere by now is another tag.
        return await new Cascade(view, withReferrers, staying)
            .ReleaseAsync([.. held.Intersect(named)], cancellationToken);
    }
}

/// <summary>Takes everything away.</summary>
public sealed record RemoveEverything(IContentSets Sets) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken) =>
        new([], await Sets.AllAsync(view.Repository, version: null, cancellationToken));
}
