using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>The task that writes an export.</summary>
public static class ExportTasks
{
    public const string Kind = "exporter.export";

    /// <remarks>One export of an exporter at a time; what it reads must not be deleted meanwhile.</remarks>
    public static TaskRequest Export(ExportArguments arguments, ExporterSettings exporter) => new(
        Kind,
        TaskJson.Write(arguments),
        [Reservation.Of(ResourceKind.Exporter, arguments.Exporter)],
        arguments.RevocationsOnly
            ? []
            : [.. exporter.Repositories.Select(repository => Reservation.Of(ResourceKind.Repository, repository))]);
}

/// <param name="Id">The export's id to be.</param>
/// <param name="Exporter">The exporter.</param>
/// <param name="Parameters">The request, as it is shown: JSON.</param>
/// <param name="Versions">Which version of each repository; null for the newest ones when it begins.</param>
/// <param name="Since">
/// For an increment the versions that the other side has: what they hold is left out. Null for everything.
/// </param>
/// <param name="Previous">For an increment the export that the other side has, where one is known.</param>
/// <param name="ChunkSize">In bytes; null for one file.</param>
/// <param name="Meta">What the caller wants to stand in the table of contents: a JSON object, or null.</param>
/// <param name="RevocationsOnly">True where no repository is exported, but what is revoked alone.</param>
public sealed record ExportArguments(
    Guid Id,
    Guid Exporter,
    string Parameters,
    IReadOnlyList<ExportedVersion>? Versions,
    IReadOnlyList<ExportedVersion>? Since,
    Guid? Previous,
    long? ChunkSize,
    string? Meta,
    bool RevocationsOnly);

/// <summary>The task that changes an exporter: what differs before and after.</summary>
public sealed record ExporterUpdate(Guid Id, ExporterSettings Before, ExporterSettings After)
{
    public const string Kind = "exporter.update";
}

/// <summary>The task that deletes an exporter, with the records of its exports. Files stay.</summary>
public sealed record ExporterDeletion(Guid Id)
{
    public const string Kind = "exporter.delete";
}
