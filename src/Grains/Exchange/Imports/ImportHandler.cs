using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>
/// Reads a bundle from its first byte to its last, and stores what is not here yet. Only when all of it is proven, tasks are
/// asked for that make one version of each repository. An attempt that follows a lost node reads it again.
/// </summary>
internal sealed class ImportHandler(
    IListing<ImporterRecord> importers,
    IImportStore imports,
    BundleFiles files,
    ImportTargets targets,
    ImportedRevocations revocations,
    ImportCommits commits,
    ImportIntakes intakes,
    IIngestStore ingests,
    ITaskStore tasks,
    IOutsideNames names,
    TimeProvider clock) : ITaskHandler
{
    private const int MostList = 16 * 1024 * 1024;

    public string Kind => ImportTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<ImportArguments>();
        var importer = await importers.FindAsync(arguments.Importer, cancellationToken)
            ?? throw new ProblemException(ProblemKind.NameUnknown, "The importer is gone.", arguments.Importer.ToString());
        var field = arguments.Path is null ? "toc" : "path";
        try
        {
            await ImportAsync(context, arguments, importer.Settings, cancellationToken);
        }
        catch (BundleException refused)
        {
            throw new ProblemException(ProblemKind.FieldInvalid, refused.Message, field);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(
                ProblemKind.FieldInvalid, $"The bundle cannot be read, or stored: {unusable.Message}", field);
        }
        finally
        {
            await tasks.CloseGroupAsync(arguments.Group, CancellationToken.None);
        }
    }

    private async Task ImportAsync(
        TaskContext context, ImportArguments arguments, ImporterSettings importer, CancellationToken cancellationToken)
    {
        await using var archive = await files.OpenAsync(arguments, cancellationToken);
        await using var bundle = await BundleReader.OpenAsync(archive, cancellationToken);
        BundleTrust.Require(bundle, importer);
        var found = await targets.FindAsync(arguments.Id, bundle.Document, importer, arguments.Options, cancellationToken);
        if (arguments.Options.AllOrNothing)
            RequireAll(found);
        if (found.Count > 0 && !found.Any(target => target.IsTaken))
            throw new ProblemException(ProblemKind.FieldInvalid, Explain(found), "path");

        var intake = await intakes.OpenAsync(context.Id, bundle, cancellationToken);
        try
        {
            var revoked = await TakeAsync(context, bundle, found, intake, cancellationToken);
            var unknown = await revocations.FindNewAsync(revoked, cancellationToken);
            if (arguments.Options.AcceptRevocations)
                foreach (var one in unknown)
                    await revocations.RevokeAsync(
                        arguments.Id, bundle.Document, one, context, arguments.Group, cancellationToken);
            if (arguments.Options.AllOrNothing)
                await commits.RequireAllAsync(found, cancellationToken);
            await commits.DispatchAsync(context, arguments, bundle.Document, found, cancellationToken);
            var report = ImportReport.Write(names, bundle, found, intake, unknown, arguments.Options.AcceptRevocations);
            await imports.KeepAsync(
                new(arguments.Id, arguments.Importer, clock.GetUtcNow(), context.Id, arguments.Parameters, report),
                cancellationToken);
            context.AddCreated(ResourceReference.Import(arguments.Importer, arguments.Id));
            context.Result = report;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested || context.IsCancelled)
        {
            foreach (var target in found)
                await ingests.DropAsync(target.Gathering, CancellationToken.None);
            throw;
        }
        finally
        {
            if (!cancellationToken.IsCancellationRequested || context.IsCancelled)
                await ingests.DropAsync(context.Id, CancellationToken.None);
        }
    }

    /// <summary>Stores everything, and proves it. The answer is what the bundle says is revoked.</summary>
    private static async Task<RevocationList> TakeAsync(
        TaskContext context,
        BundleReader bundle,
        IReadOnlyList<ImportTarget> found,
        ImportIntake intake,
        CancellationToken cancellationToken)
    {
        var lists = found.ToDictionary(target => BundlePath.List(target.Place).Text);
        await ReportAsync(isLast: false);
        byte[]? revoked = null;
        while (await bundle.NextAsync(cancellationToken) is { } path)
        {
            if (path.Text == BundlePath.Revocations.Text)
                revoked = await bundle.ReadAllAsync(MostList, cancellationToken);
            else if (path.Part is BundlePart.Content)
                await (bundle.IsAtManifests
                    ? intake.TakeManifestAsync(path, cancellationToken)
                    : intake.TakeBlobAsync(path, cancellationToken));
            else if (path.Signs is { } manifest)
                await intake.TakeSignatureAsync(path, manifest, cancellationToken);
            else if (lists.TryGetValue(path.Text, out var target) && target.IsTaken)
                await intake.TakeListAsync(target, cancellationToken);
            await ReportAsync(isLast: false);
        }

        await intake.FlushAsync(cancellationToken);
        await ReportAsync(isLast: true);
        return RevocationList.Read(
            revoked ?? throw new BundleException($"The bundle has no {BundlePath.Revocations}."));

        Task ReportAsync(bool isLast)
        {
            const string message = "Importing the files of the bundle", code = "import.artifacts";
            var total = bundle.Document.Entries.Count;
            return context.ReportAsync(
                isLast
                    ? ProgressReport.Completed(message, code, total, total)
                    : ProgressReport.Running(message, code, bundle.FilesRead, total),
                cancellationToken);
        }
    }

    private static void RequireAll(IReadOnlyList<ImportTarget> found)
    {
        if (found.Any(target => !target.IsTaken))
            throw new ProblemException(
                ProblemKind.FieldInvalid, $"Nothing is imported, as all_or_nothing demands. {Explain(found)}", "path");
    }

    internal static string Explain(IReadOnlyList<ImportTarget> found) => string.Join(
        ' ', found.Where(target => !target.IsTaken).Take(5).Select(target => $"{target.Source.Name}: {target.Refusal}"));
}
