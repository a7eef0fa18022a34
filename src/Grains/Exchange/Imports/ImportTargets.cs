using OrleansRegistry.Bundles;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Exchange;

/// <summary>Decides which repositories of a bundle go where, and which must not.</summary>
internal sealed class ImportTargets(IListing<RepositoryRecord> repositories, IImportStore imports)
{
    /// <param name="import">The import.</param>
    /// <param name="document">The bundle.</param>
    /// <param name="importer">Who imports.</param>
    /// <param name="choices">What is wanted.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ImportTarget>> FindAsync(
        Guid import,
        BundleDocument document,
        ImporterSettings importer,
        ImportChoices choices,
        CancellationToken cancellationToken)
    {
        var targets = document.Repositories.Select((source, index) => new ImportTarget(
            source, index + 1, importer.Mapping.GetValueOrDefault(source.Name, source.Name),
            ImportId.Of(import, source.Id.ToByteArray())))
            .ToList();
        foreach (var target in targets)
            target.Repository = (await repositories.FindAsync(Match.Of("name", target.Name), cancellationToken))?.Id;
        var imported = (await imports.FindImportedAsync(
            [.. targets.Select(one => one.Repository).OfType<Guid>()], cancellationToken))
            .ToLookup(one => one.Repository);
        foreach (var target in targets)
            target.Refusal = target.Repository is null && !choices.CreateRepositories
                ? $"There is no repository '{target.Name}' here; create it, map the name to another one, or set create_repositories."
                : choices.Force ? null : Judge(target, [.. imported[target.Repository ?? default]]);

        foreach (var both in targets.GroupBy(target => target.Name).Where(same => same.Count() > 1))
            foreach (var target in both)
                target.Refusal = $"Several repositories of the bundle would become '{target.Name}'; map them to different ones.";
        return targets;
    }

    // Each step of a chain once, and in order; the newest one any number of times.
    private static string? Judge(ImportTarget target, IReadOnlyList<ImportedVersion> imported)
    {
        var source = target.Source;
        var last = imported.FirstOrDefault(one => one.Source == source.Id)?.Version;
        if (last is null && imported.Count > 0)
            return $"What '{target.Name}' holds came from another repository of elsewhere, which this bundle would replace. Map the "
                + "name to another one, or set force.";
        return last > source.Version
            ? $"The bundle is stale: it has version {source.Version}, and version {last} came here before. Set force to go back."
            : source.Since is { } since && !(last >= since)
                ? $"The increment builds on version {since}, and "
                    + $"{(last is null ? "nothing" : $"version {last}")} came here before. Import the bundles in between first, "
                    + "or set force if its content came here in another way."
                : null;
    }
}
