using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Has the versions made, when everything of a bundle is stored and proven.</summary>
internal sealed class ImportCommits(
    IIngestStore ingests,
    IListing<RepositoryRecord> repositories,
    IRepositoryStore store,
    IDistributionStore distributions,
    IGrainFactory grains,
    ITaskDispatcher tasks)
{
    /// <summary>Refuses a bundle of which one repository could not be made.</summary>
    /// <exception cref="ProblemException">Something of it is missing.</exception>
    public async Task RequireAllAsync(IReadOnlyList<ImportTarget> targets, CancellationToken cancellationToken)
    {
        foreach (var target in targets.Where(target => target.IsTaken))
            if (await ingests.CompareAsync(target.Gathering, target.Repository ?? default, mirror: true, cancellationToken)
                is { Missing: { Count: > 0 } missing })
                target.Refusal = $"Its content needs {SomeNames.Of([.. missing.Select(digest => $"{digest}")])}, which is not among it.";
        if (targets.Any(target => !target.IsTaken))
            throw new ProblemException(
                ProblemKind.FieldInvalid,
                $"Nothing is imported, as all_or_nothing demands. {ImportHandler.Explain(targets)}", "path");
    }

    /// <summary>Asks for the tasks, one for each repository, and creates those that are to be.</summary>
    public async Task DispatchAsync(
        TaskContext context,
        ImportArguments arguments,
        BundleDocument bundle,
        IReadOnlyList<ImportTarget> targets,
        CancellationToken cancellationToken)
    {
        foreach (var target in targets.Where(target => target.IsTaken))
        {
            target.Repository ??= await CreateAsync(target, cancellationToken);
            await tasks.DispatchAsync(
                target.Gathering,
                ImportTasks.Repository(
                    new(
                        arguments.Id, target.Gathering, target.Repository.Value, target.Source.Id, target.Source.Version, bundle.Id),
                    context.Id, arguments.Group) with
                {
                    CreatedBy = context.CreatedBy,
                });
        }
    }

    // Served under its name, as if it had been pushed; where that is taken, or no name of an image, it is served by nothing yet.
    private async Task<Guid> CreateAsync(ImportTarget target, CancellationToken cancellationToken)
    {
        var source = target.Source;
        if (RepositoryName.TryParse(target.Name, out var name) && source.BasePaths.Contains(target.Name))
            try
            {
                var binding = await distributions.GetOrCreateAsync(name, source.Private, cancellationToken);
                await grains.Distribution(name).RefreshAsync(); // somebody may have asked for it in vain
                if (await repositories.FindAsync(binding.Repository, cancellationToken) is { } record
                    && record.Settings.Name == target.Name)
                    return await DescribeAsync(record, source, cancellationToken);
            }
            catch (ProblemException taken) when (taken.Problem.Kind is ProblemKind.NameTaken or ProblemKind.BasePathTaken
                or ProblemKind.NameUnknown)
            {
            }

        return await store.CreateAsync(
            new(target.Name, source.Description, null, source.RetainVersions, null, LabelsOf(source)), cancellationToken);
    }

    private async Task<Guid> DescribeAsync(
        RepositoryRecord record, BundledRepository source, CancellationToken cancellationToken)
    {
        var wanted = record.Settings with
        {
            Description = source.Description,
            RetainVersions = source.RetainVersions,
            Labels = LabelsOf(source),
        };
        await store.UpdateAsync(record.Id, record.Settings, wanted, cancellationToken);
        return record.Id;
    }

    private static Labels LabelsOf(BundledRepository source) =>
        new(source.Labels.ToDictionary(label => label.Key, label => label.Value));
}
