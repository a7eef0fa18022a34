using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>Makes the version of one repository: exactly what was exported.</summary>
internal sealed class RepositoryImportHandler(
    IIngestStore ingests, IImportStore imports, IGrainFactory grains, ITaskReader tasks) : ITaskHandler
{
    public string Kind => ImportTasks.RepositoryKind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<RepositoryImport>();
        await context.ReportAsync(
            ProgressReport.Running("Importing the content", "import.repo.version.content", 0, 1), cancellationToken);
        if (await tasks.FindMadeAsync(context.Id) is null) // or an earlier attempt got this far
            await grains.Repository(arguments.Repository).ApplyAsync(
                new IngestContent(arguments.Gathering, Mirror: true), context.Stamp, cancellationToken);
        await imports.NoteImportedAsync(
            new(arguments.Source, arguments.Repository, arguments.Version, arguments.Bundle), cancellationToken);
        if (await tasks.FindMadeAsync(context.Id) is { } made)
            context.AddCreated(made);
        await ingests.DropAsync(arguments.Gathering, CancellationToken.None);
        await context.ReportAsync(
            ProgressReport.Completed("Importing the content", "import.repo.version.content", 1, 1), cancellationToken);
    }
}
