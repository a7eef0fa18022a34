using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>Adds what a version of another repository, or of the same one, holds: with all that it needs.</summary>
/// <param name="Source">The repository to copy from.</param>
/// <param name="Version">Its version.</param>
/// <param name="Selection">What of it.</param>
/// <param name="Sets">Where the content is found.</param>
/// <param name="History">Where it is seen whether there is such a version.</param>
/// <param name="Limits">How much an image may carry.</param>
public sealed record CopyContent(
    Guid Source,
    int Version,
    CopySelection Selection,
    IContentSets Sets,
    IVersionHistory History,
    SignatureOptions Limits) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var units = Selection.Tags
            ? await Sets.TagsAsync(Source, Version, Selection.Names, cancellationToken)
            : await Sets.ManifestsAsync(Source, Version, Selection.Names, Selection.MediaTypes, cancellationToken);
        List<StoredUnit> chosen = [.. units.Select(unit => new StoredUnit(default, unit, 0, default))];
        if (Selection.WithSignatures)
            chosen.AddRange(
                await new Vouchers(Sets, view.Content, Source, Version).OfAsync(units, cancellationToken));

        await History.RequireAsync(Source, Version, cancellationToken);
        return await AddContent.PlanAsync(view, Sets, Limits, chosen, cancellationToken);
    }
}

/// <summary>What is copied out of a version.</summary>
/// <param name="Tags">True for tags, false for manifests.</param>
/// <param name="Names">Names of tags or digests of manifests; null for all. What is not there is passed over.</param>
/// <param name="MediaTypes">Manifests of these types only; null for all.</param>
/// <param name="WithSignatures">
/// Whether all comes along that vouches in the source for what is copied: signatures, companion tags, referrers.
/// </param>
public sealed record CopySelection(
    bool Tags, IReadOnlyCollection<string>? Names, IReadOnlyCollection<string>? MediaTypes, bool WithSignatures);
