using OrleansRegistry.Exchange;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>What an export is to be, in requests. Source: Pulp's REST: exports.</summary>
internal static class ExportBody
{
    private const string Full = "full";
    private const string Versions = "versions";
    private const string Start = "start_versions";
    private const string ChunkSize = "chunk_size";
    private const string Meta = "meta";
    private const string RevocationsOnly = "revocations_only";

    public static Body Body { get; } = new(
        "PulpExport",
        BodyFields.Flag(Full),
        BodyFields.Flag("dry_run"),
        BodyFields.Resources(Versions, ResourceKind.RepositoryVersion),
        BodyFields.Resources(Start, ResourceKind.RepositoryVersion),
        ExchangeBodies.Size(ChunkSize).OrNull,
        BodyFields.Document(Meta).OrNull,
        BodyFields.Flag(RevocationsOnly))
    {
        MostBytes = ExchangeBodies.MostBytes,
    };

    /// <param name="values">The request.</param>
    /// <param name="exporter">The exporter.</param>
    /// <param name="last">Its newest export of repositories, or null.</param>
    /// <exception cref="RefusedException">What is asked for makes no sense together, or for this exporter.</exception>
    public static ExportArguments Apply(BodyValues values, ExporterRecord exporter, ExportRecord? last)
    {
        var isFull = values.Get(Full, true);
        var isRevocations = values.Get(RevocationsOnly, false);
        var versions = Read(values, Versions, exporter.Settings);
        var start = Read(values, Start, exporter.Settings);
        if (start is not null && isFull)
            throw RefusedException.Field(Start, "That is for increments: it takes full=false.");
        if (isRevocations && (versions ?? start) is not null)
            throw RefusedException.Field(
                versions is null ? Start : Versions,
                "An export of revocations only holds no repositories: leave this out.");
        if (isRevocations && !isFull)
            throw RefusedException.Field(Full, "An export of revocations only is always whole: leave this out.");
        if (!isRevocations && exporter.Settings.Repositories.Count == 0)
            throw RefusedException.Field(
                PulpError.WholeObject,
                "The exporter names no repository: add some to it, or export what is revoked, with "
                + "revocations_only=true.");
        if (FindEarly(versions, start) is { } early)
            throw RefusedException.Field(
                Start,
                $"The increment would begin after its end, {Address.Href(early.Reference)}: name that version or an older "
                + "one.");
        if (!isFull && start is null && last is null)
            throw RefusedException.Field(
                Full,
                "There is no export before this one that it could add to: export everything once, or say with "
                + "start_versions what the other side has.");
        return new(
            Guid.CreateVersion7(), exporter.Id, values.Sent.ToJsonString(), versions,
            isFull ? null : start ?? Of(last!, exporter.Settings), isFull || start is not null ? null : last!.Id,
            values.Get<long?>(ChunkSize, null), values.Get<string?>(Meta, null), isRevocations);
    }

    // Where the increment would begin after its end.
    private static ExportedVersion? FindEarly(List<ExportedVersion>? versions, List<ExportedVersion>? start)
    {
        var begins = start?.ToDictionary(version => version.Repository, version => version.Number);
        return begins is null ? null : versions?.Find(version => begins[version.Repository] > version.Number);
    }

    private static List<ExportedVersion> Of(ExportRecord last, ExporterSettings exporter)
    {
        var repositories = exporter.Repositories.ToHashSet();
        return [.. last.Versions.Where(version => repositories.Contains(version.Repository))];
    }

    // Exactly one of each repository of the exporter.
    private static List<ExportedVersion>? Read(BodyValues values, string field, ExporterSettings exporter)
    {
        if (values.Find<List<ResourceReference>>(field) is not { Count: > 0 } sent)
            return null;
        var wanted = exporter.Repositories.ToHashSet();
        if (sent.Find(version => !wanted.Contains(version.Id)) is { Kind: ResourceKind.RepositoryVersion } foreign)
            throw RefusedException.Field(
                field, $"{Address.Href(foreign)} is no version of a repository of this exporter.");
        var named = new HashSet<Guid>();
        foreach (var version in sent)
            if (!named.Add(version.Id))
                throw RefusedException.Field(
                    field, $"There are two versions of {Address.Href(ResourceKind.Repository, version.Id)}: name one.");
        wanted.ExceptWith(named);
        return wanted.Count == 0
            ? [.. sent.Select(version => new ExportedVersion(version.Id, version.Number))]
            : throw RefusedException.Field(
                field,
                $"There is no version of {Address.Href(ResourceKind.Repository, wanted.First())}: name one version of "
                + "each repository of the exporter.");
    }
}
