using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes content away, with all that is not needed without it. A blob or a manifest that something remaining needs
/// stays, and that is no failure; so is content that the repository does not hold.
/// </summary>
/// <param name="Ids">The content; null for everything that the repository holds.</param>
public sealed record RemoveContent(IReadOnlyCollection<Guid>? Ids) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override IReadOnlyCollection<Guid>? NamedToGo => Ids;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken) =>
        new([], await LeavingAsync(view, Ids, staying: null, cancellationToken));

    /// <param name="view">The repository.</param>
    /// <param name="ids">The content; null for everything.</param>
    /// <param name="staying">Manifests that stay, with all that hangs on them and is not named itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async Task<IReadOnlyList<ContentUnit>> LeavingAsync(
        RepositoryView view,
        IReadOnlyCollection<Guid>? ids,
        IReadOnlySet<Digest>? staying,
        CancellationToken cancellationToken)
    {
        if (ids is null)
            return await view.Sets.AllAsync(view.Repository, version: null, cancellationToken);
        var named = (await view.Sets.FindByIdAsync(ids, cancellationToken)).Select(found => found.Unit).ToList();
        var held = await view.Head.FindAsync(
            view.Repository, [.. named.Select(unit => unit.InRepository)], cancellationToken);
        // A tag that points elsewhere by now is another tag.
        return await new Cascade(view, staying)
            .ReleaseAsync([.. held.Intersect(named)], cancellationToken);
    }
}
