using OrleansRegistry.Bundles;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Exchange;

/// <summary>Finds out which versions are meant, and what their images are called in the bundle.</summary>
internal sealed class ExportSelection(
    IListing<RepositoryRecord> repositories,
    IListing<VersionRecord> versions,
    IListing<DistributionRecord> distributions,
    IVersionHistory history)
{
    private const int MostBasePaths = 1_000;

    /// <summary>The newest versions of repositories.</summary>
    /// <exception cref="ProblemException">A repository is gone.</exception>
    public async Task<IReadOnlyList<ExportedVersion>> NewestAsync(
        IReadOnlyList<Guid> wanted, CancellationToken cancellationToken)
    {
        var newest = new List<ExportedVersion>();
        foreach (var repository in wanted)
            newest.Add(new(repository, (await FindAsync(repository, cancellationToken)).Head));
        return newest;
    }

    /// <exception cref="ProblemException">A repository or a version is gone.</exception>
    public async Task<IReadOnlyList<ExportedRepository>> OpenAsync(
        IReadOnlyList<ExportedVersion> wanted, IReadOnlyList<ExportedVersion>? since, CancellationToken cancellationToken)
    {
        if (wanted.Count > BundleDocument.MostRepositories)
            throw new ProblemException(
                ProblemKind.FieldInvalid,
                $"A bundle has at most {BundleDocument.MostRepositories} repositories; use several exporters.", "repositories");
        var (opened, images) = (new List<ExportedRepository>(), new HashSet<RepositoryName>());
        foreach (var version in wanted)
        {
            var record = await FindAsync(version.Repository, cancellationToken);
            var found = await versions.FindAsync(
                Conjunction.Of(
                    Match.Of("repository", new ResourceReference(ResourceKind.Repository, record.Id)),
                    Match.Of("number", (long)version.Number)),
                cancellationToken) ?? throw Gone(version);
            var served = await distributions.ListAsync(
                new(
                    Match.Of("repository", new ResourceReference(ResourceKind.Repository, record.Id)),
                    [new("base_path", false)], MostBasePaths, 0),
                cancellationToken);
            var paths = served.Select(one => one.Settings.BasePath).ToList();
            opened.Add(new(
                record, found.Version, since?.FirstOrDefault(one => one.Repository == record.Id)?.Number,
                NameOf(record, paths, images), paths, served.Any(one => one.Settings.Private)));
        }

        // As paths of signatures are compared, in which '@' follows the name.
        return [.. opened.OrderBy(one => $"{one.Image}@", StringComparer.Ordinal)];
    }

    /// <summary>Refuses what was read of versions that went meanwhile: something of it may have been missing.</summary>
    /// <exception cref="ProblemException">One of them is gone.</exception>
    public async Task RequireAsync(IReadOnlyList<ExportedRepository> exported, CancellationToken cancellationToken)
    {
        foreach (var repository in exported)
            foreach (var number in (int?[])[repository.Version.Number, repository.Since])
                if (number is not null && !await history.ExistsAsync(repository.Id, number.Value, cancellationToken))
                    throw Gone(new(repository.Id, number.Value));
    }

    // What serves it, what it is called, or else what nothing is called: each only once.
    private static RepositoryName NameOf(RepositoryRecord record, List<string> paths, HashSet<RepositoryName> taken)
    {
        string[] names =
        [
            .. paths.Where(path => path == record.Settings.Name), .. paths, record.Settings.Name, $"repository-{record.Id}",
        ];
        foreach (var name in names)
            if (RepositoryName.TryParse(name, out var image) && taken.Add(image))
                return image;
        throw new InvalidOperationException($"The repository {record.Id} is exported twice.");
    }

    private async Task<RepositoryRecord> FindAsync(Guid repository, CancellationToken cancellationToken) =>
        await repositories.FindAsync(repository, cancellationToken)
        ?? throw new ProblemException(
            ProblemKind.FieldInvalid, $"The repository {repository} is gone; take it out of the exporter.", "repositories");

    private static ProblemException Gone(ExportedVersion version) => new(
        ProblemKind.FieldInvalid,
        $"The version {version.Number} of the repository {version.Repository} is gone; export without it, or everything.",
        "versions");
}
