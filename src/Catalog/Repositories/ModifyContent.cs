using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Takes content away and adds other content, in one version. What is added stays, even where it was named to go; so do
/// the signatures of a manifest that is added, unless they were named themselves.
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
        RepositoryChange removal = Remove is null
            ? new RemoveEverything(Sets)
            : new RemoveContent(Remove, WithReferrers, Sets);
        var leaving = (await removal.PlanAsync(view, cancellationToken)).Removed;

        var units = await AddContent.FindAsync(Sets, Add, cancellationToken);
        var joining = await AddContent.PlanAsync(view, Sets, Limits, units, cancellationToken);
        var closure = new ContentClosure(Sets, view.Content);
        await closure.AddAsync([.. units.Select(found => found.Unit)], cancellationToken);
        var kept = closure.Units.ToHashSet();
        kept.UnionWith(await VouchingAsync(leaving, [.. closure.Manifests], cancellationToken));
        return joining with { Removed = [.. leaving.Where(unit => !kept.Contains(unit)).Union(joining.Removed)] };
    }

    private async Task<IEnumerable<ContentUnit>> VouchingAsync(
        IReadOnlyList<ContentUnit> leaving, HashSet<string> manifests, CancellationToken cancellationToken)
    {
        if (Remove is null)
            return [];
        var named = (await Sets.FindByIdAsync(Remove, cancellationToken)).Select(found => found.Unit).ToHashSet();
        return leaving.Where(unit => unit.Kind is ContentKind.Signature
            && manifests.Contains(unit.Target!) && !named.Contains(unit));
    }
}
