using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Makes one version of what long work gathered in <see cref="IIngestStore"/>: the message names it, however much it is. A
/// tag that points elsewhere moves. A signature that is held in other bytes, or that its image has no room for, is left out.
/// </summary>
/// <param name="Ingest">What was gathered.</param>
/// <param name="Mirror">True where the repository is to hold exactly that, and nothing else.</param>
public sealed record IngestContent(Guid Ingest, bool Mirror) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var difference = await view.Context.Ingests.CompareAsync(Ingest, view.Repository, Mirror, cancellationToken)
            ?? throw new ProblemException(
                ProblemKind.Outdated, "What was gathered for the repository is gone; begin again.", Ingest.ToString());
        if (difference.Missing is [var first, ..])
            throw new ProblemException(
                ProblemKind.ManifestBlobUnknown,
                $"The content needs {SomeNames.Of([.. difference.Missing.Select(digest => $"{digest}")])}, which neither came with it nor is in the "
                + "repository.",
                first.ToString());

        var signatures = difference.Added.Where(found => found.Unit.Kind is ContentKind.Signature).ToList();
        var fitting = await RoomForSignatures.FitAsync(
            view, signatures, difference.Removed, tooMany: null, cancellationToken);
        var others = difference.Added.Select(found => found.Unit).Where(unit => unit.Kind is not ContentKind.Signature);
        return new([.. others, .. fitting], difference.Removed) { TagsAreStored = true };
    }
}
