using System.Text.Json.Serialization;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Exchange;

/// <summary>What is exported together, and where to.</summary>
/// <param name="Name">Unique among exporters.</param>
/// <param name="Path">An absolute directory of the server, below one of <c>Exports:Paths</c>.</param>
/// <param name="Repositories">The repositories, in no order.</param>
public sealed record ExporterSettings(string Name, string Path, IReadOnlyList<Guid> Repositories)
{
    /// <summary>Whether those are the settings, whatever the order of the repositories.</summary>
    public bool IsSame(ExporterSettings other) =>
        Name == other.Name && Path == other.Path && Repositories.ToHashSet().SetEquals(other.Repositories);
}

/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
/// <param name="Settings">What it exports.</param>
/// <param name="LastExport">The newest export that ended well, or null.</param>
public sealed record ExporterRecord(
    Guid Id, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, ExporterSettings Settings, Guid? LastExport);

/// <summary>An export that ended well.</summary>
/// <param name="Id">Its id, which is that of the bundle.</param>
/// <param name="Exporter">The exporter.</param>
/// <param name="CreatedAt">When the content was looked at: the time that the bundle states.</param>
/// <param name="Task">The task that made it; it may be forgotten.</param>
/// <param name="Parameters">What was asked for: JSON.</param>
/// <param name="Versions">What was exported.</param>
/// <param name="Files">What was written, in order; the table of contents is not among them.</param>
/// <param name="Toc">The table of contents.</param>
public sealed record ExportRecord(
    Guid Id,
    Guid Exporter,
    DateTimeOffset CreatedAt,
    Guid? Task,
    string Parameters,
    IReadOnlyList<ExportedVersion> Versions,
    IReadOnlyList<ExportFile> Files,
    ExportToc Toc);

/// <summary>A version of a repository.</summary>
public sealed record ExportedVersion(Guid Repository, int Number)
{
    [JsonIgnore]
    public ResourceReference Reference => ResourceReference.Version(Repository, Number);
}

/// <summary>A file of an export.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Checksum">The CRC-32 of its bytes, in hexadecimal digits without leading zeros.</param>
public sealed record ExportFile(string Path, long Size, string Checksum);

/// <summary>The file that lists the others, for who carries them.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Sha256">Of its bytes, 64 hexadecimal digits.</param>
/// <param name="Meta">What it says of itself: JSON.</param>
public sealed record ExportToc(string Path, string Sha256, string Meta);
