using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes content away and adds other content, in one version. What is added stays, even where it was named to go; so does
/// what hangs on a manifest that is added, such as its signatures, unless that was named itself.
/// </summary>
/// <param name="Remove">What goes, with what is not needed without it; null for everything.</param>
/// <param name="Add">What joins, with all that it needs.</param>
/// <param name="WithReferrers">Whether referrers and companion tags go too. Signatures always do.</param>
/// <param name="Sets">Where the content is found.</param>
/// <param name="Limits">How much an image may carry.</param>
public sealed record ModifyContent(
    IReadOnlyCollection<Guid>? Remove,
    IReadOnlyCollection<Guid> Add,
    bool WithReferrers,
    IContentSets Sets,
    SignatureOptions Limits) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var units = await SameSignatures.AsHeldAsync(
            view, await AddContent.FindAsync(Sets, Add, cancellationToken), cancellationToken);
        var closure = new ContentClosure(Sets, view.Content);
        await closure.AddAsync([.. units.Select(found => found.Unit)], cancellationToken);
        RepositoryChange removal = Remove is null
            ? new RemoveEverything(Sets)
            : new RemoveContent(Remove, WithReferrers, Sets) { Staying = closure.Manifests.ToHashSet() };

        var joining = await AddContent.PlanAsync(view, closure, Limits, units, cancellationToken);
        var leaving = (await removal.PlanAsync(view, cancellationToken)).Removed.Except(closure.Units);
        return joining with { Removed = [.. leaving.Union(joining.Removed)] };
    }
}
