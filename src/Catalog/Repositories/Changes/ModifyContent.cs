namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes content away and adds other content, in one version. What is added stays, even where it was named to go; so does
/// what hangs on a manifest that is added, such as its signatures, unless that was named itself.
/// </summary>
/// <param name="Remove">What goes, with what is not needed without it; null for everything.</param>
/// <param name="Add">What joins, with all that it needs.</param>
public sealed record ModifyContent(IReadOnlyCollection<Guid>? Remove, IReadOnlyCollection<Guid> Add) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override IReadOnlyCollection<Guid>? NamedToGo => Remove;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var units = await SameSignatures.AsHeldAsync(
            view, await AddContent.FindAsync(view.Sets, Add, cancellationToken), cancellationToken);
        var closure = new ContentClosure(
            view.Sets, view.Content, await view.Head.AllowsSparseIndexesAsync(view.Repository, cancellationToken));
        await closure.AddAsync([.. units.Select(found => found.Unit)], cancellationToken);
        var joining = await AddContent.PlanAsync(view, closure, units, cancellationToken);
        var leaving = await RemoveContent.LeavingAsync(
            view, Remove, closure.Manifests.ToHashSet(), cancellationToken);
        return joining with { Removed = [.. leaving.Except(closure.Units).Union(joining.Removed)] };
    }
}
