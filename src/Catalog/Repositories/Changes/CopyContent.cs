using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Adds what a version of another repository, or of the same one, holds: with all that it needs.</summary>
/// <param name="Source">The repository to copy from.</param>
/// <param name="Version">Its version; null for the newest one when the change is made.</param>
/// <param name="Selection">What of it.</param>
public sealed record CopyContent(Guid Source, int? Version, CopySelection Selection) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override IEnumerable<Guid> Sources => [Source];

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = Version ?? await NewestAsync(view, cancellationToken);
            try
            {
                return await PlanAsync(view, version, cancellationToken);
            }
            catch (ProblemException gone) when (gone.Problem.Kind is ProblemKind.NameUnknown && Version is null)
            {
                // Whatever was the newest version may be deleted by now: the newest one is.
                if (await NewestAsync(view, cancellationToken) == version)
                    throw;
            }
        }
    }

    private async Task<int> NewestAsync(RepositoryView view, CancellationToken cancellationToken) =>
        (await view.Context.Versions.FindLatestAsync(Source, cancellationToken))?.Number
        ?? throw new ProblemException(ProblemKind.NameUnknown, "There is no such repository.", Source.ToString());

    private async ValueTask<VersionDraft> PlanAsync(
        RepositoryView view, int version, CancellationToken cancellationToken)
    {
        var units = Selection.Tags
            ? await view.Sets.TagsAsync(Source, version, Selection.TagNames, cancellationToken)
            : await view.Sets.ManifestsAsync(
                Source, version, Selection.Digests, Selection.MediaTypes, cancellationToken);
        List<StoredUnit> chosen = [.. units.Select(unit => new StoredUnit(default, unit, 0, default))];
        if (Selection.WithSignatures)
            chosen.AddRange(
                await new Vouchers(view.Sets, view.Content, Source, version).OfAsync(units, cancellationToken));

        await view.Context.History.RequireAsync(Source, version, cancellationToken);
        return await AddContent.PlanAsync(view, chosen, cancellationToken);
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
    bool Tags, IReadOnlyCollection<string>? Names, IReadOnlyCollection<string>? MediaTypes, bool WithSignatures)
{
    // What is no name of any kind names nothing.
    internal IReadOnlyCollection<Tag>? TagNames => Names is null
        ? null
        : [.. Names.Select(name => Tag.TryParse(name, out var tag) ? tag : (Tag?)null).OfType<Tag>()];

    internal IReadOnlyCollection<Digest>? Digests => Names is null
        ? null
        : [.. Names.Select(name => Digest.TryParse(name, out var digest) ? digest : (Digest?)null).OfType<Digest>()];
}
