using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>Takes signatures away, and nothing else. Where none is meant, nothing changes.</summary>
/// <param name="Filter">Which.</param>
/// <param name="Ids">Of these only, or null.</param>
/// <param name="Sets">Where the content is found.</param>
public sealed record RemoveSignatures(
    SignatureFilter Filter, IReadOnlyCollection<Guid>? Ids, IContentSets Sets) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var meant = await Sets.SignaturesAsync(view.Repository, version: null, Filter, cancellationToken);
        if (Ids is null)
            return new([], meant);
        var listed = (await Sets.FindByIdAsync(Ids, cancellationToken)).Select(found => found.Unit).ToHashSet();
        return new([], [.. meant.Where(listed.Contains)]);
    }
}
