using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Bundles;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>
/// Writes an export. Which versions, and the time, are fixed by the first attempt; one that follows a lost node deletes what
/// that left, and writes the same bytes again.
/// </summary>
internal sealed class ExportHandler(
    IListing<ExporterRecord> exporters,
    IExportStore exports,
    IExchangePaths paths,
    ExportSelection selection,
    ExportPlanner planner,
    ExportWriter writer,
    IReportKey key,
    TimeProvider clock) : ITaskHandler
{
    public string Kind => ExportTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<ExportArguments>();
        var exporter = await exporters.FindAsync(arguments.Exporter, cancellationToken)
            ?? throw new ProblemException(ProblemKind.NameUnknown, "The exporter is gone.", arguments.Exporter.ToString());
        try
        {
            await ExportAsync(context, arguments, exporter.Settings, cancellationToken);
        }
        catch (BundleException refused)
        {
            throw new ProblemException(ProblemKind.FieldInvalid, refused.Message, "repositories");
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(
                ProblemKind.FieldInvalid,
                $"The export cannot be written to {exporter.Settings.Path}: {unusable.Message.TrimEnd('.')}. What was written is "
                + "deleted.",
                "path");
        }
    }

    private async Task ExportAsync(
        TaskContext context, ExportArguments arguments, ExporterSettings exporter, CancellationToken cancellationToken)
    {
        var fixedAt = context.Resume<Cursor>() ?? new(
            clock.GetUtcNow(),
            arguments.RevocationsOnly
                ? []
                : arguments.Versions ?? await selection.NewestAsync(exporter.Repositories, cancellationToken));
        context.Mark(fixedAt);
        await context.ReportAsync(
            ProgressReport.Running("Looking through the content", "export.repo.version.content", 0, fixedAt.Versions.Count),
            cancellationToken);
        var directory = paths.RequireExport(exporter.Path);
        Directory.CreateDirectory(directory);
        foreach (var left in Directory.EnumerateFiles(directory, $"export-{arguments.Id}-*"))
            File.Delete(left);

        var repositories = await selection.OpenAsync(fixedAt.Versions, arguments.Since, cancellationToken);
        await using var plan = await planner.PlanAsync(repositories, directory, cancellationToken);
        await context.ReportAsync(
            ProgressReport.Completed(
                "Looking through the content", "export.repo.version.content", repositories.Count, repositories.Count),
            cancellationToken);
        var document = (await DocumentAsync(arguments, fixedAt.At, plan, cancellationToken)).Write();
        if (document.Length > BundleDocument.MostBytes)
            throw new BundleException("There are too many repositories, or too long labels and descriptions, for one bundle.");

        var name = Path.Combine(directory, FormattableString.Invariant($"export-{arguments.Id}-{fixedAt.At.UtcDateTime:yyyyMMdd_HHmm}"));
        await using var output = new ChunkedOutput($"{name}.tar", arguments.ChunkSize);
        var toc = $"{name}-toc.json";
        try
        {
            await writer.WriteAsync(
                context, plan, document, await key.SignAsync(document, cancellationToken), output, cancellationToken);
            await selection.RequireAsync(repositories, cancellationToken);
            var listed = TableOfContents.Of(
                output.Written, arguments.ChunkSize, arguments.Meta is { } meta ? JsonNode.Parse(meta)!.AsObject() : null);
            await KeepAsync(context, arguments, fixedAt, output, toc, listed, cancellationToken);
        }
        catch
        {
            await output.DeleteAsync();
            File.Delete(toc);
            throw;
        }
    }

    private async Task KeepAsync(
        TaskContext context,
        ExportArguments arguments,
        Cursor fixedAt,
        ChunkedOutput output,
        string toc,
        TableOfContents listed,
        CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(listed.Write());
        await File.WriteAllBytesAsync(toc, text, cancellationToken);
        await exports.KeepAsync(
            new(
                arguments.Id, arguments.Exporter, fixedAt.At, context.Id, arguments.Parameters, fixedAt.Versions,
                [.. output.Written.Select(chunk => new ExportFile(chunk.Path, chunk.Size, chunk.Checksum))],
                new(toc, Convert.ToHexStringLower(SHA256.HashData(text)), listed.Meta.ToJsonString())),
            cancellationToken);
        context.AddCreated(ResourceReference.Export(arguments.Exporter, arguments.Id));
    }

    private async Task<BundleDocument> DocumentAsync(
        ExportArguments arguments, DateTimeOffset at, ExportPlan plan, CancellationToken cancellationToken) => new(
            BundleDocument.CurrentFormat,
            arguments.Id,
            arguments.Exporter,
            at,
            arguments.RevocationsOnly ? BundleKind.Revocations
                : plan.Repositories.Any(one => one.Since is not null) ? BundleKind.Increment
                : BundleKind.Full,
            arguments.Previous,
            [.. plan.Repositories.Select((one, place) => Describe(one, place + 1))],
            plan.MediaTypes,
            plan.AlsoBlobs,
            plan.Ledger.Totals,
            await key.PublicAsync(cancellationToken));

    private static BundledRepository Describe(ExportedRepository one, int number) => new(
        one.Id, one.Record.Settings.Name, one.Image.ToString(), one.Version.Number, one.Version.CreatedAt, one.Since,
        BundlePath.List(number).Text, one.Record.Settings.Description, one.Record.Settings.RetainVersions,
        one.Record.Settings.Labels.ToDictionary(label => label.Key, label => label.Value), one.BasePaths, one.IsPrivate);

    /// <summary>What an export is of, whoever writes it and when.</summary>
    private sealed record Cursor(DateTimeOffset At, IReadOnlyList<ExportedVersion> Versions);
}
