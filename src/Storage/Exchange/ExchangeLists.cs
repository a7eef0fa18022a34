using System.Text.Json;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of exporters and importers, and of what each of them did.</summary>
internal static class ExchangeLists
{
    public static Definition<ExporterRecord> Exporters(Dialect dialect) => new()
    {
        From = "exporter t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = $"""
            select t.id, t.created_at, t.updated_at, t.name, t.path,
              (select {dialect.JoinIds("r.repository_id")} from exporter_repository r where r.exporter_id = t.id),
              (select x.id from export x where x.exporter_id = t.id order by x.created_at desc, x.id desc limit 1)
            from exporter t
            """,
        Filters = [.. Filters.Identity("t.id", ResourceKind.Exporter), .. Filters.Names("name", "t.name")],
        Orders = new Dictionary<string, string>(Named) { ["path"] = "t.path" },
        Read = row => new(
            row.Guid(0), row.Time(1), row.Time(2),
            new(
                row.String(3), row.String(4),
                row.StringOrNull(5) is { } ids ? [.. ids.Split(',').Select(Guid.Parse)] : []),
            row.GuidOrNull(6)),
    };

    public static Definition<ExportRecord> Exports() => new()
    {
        From = "export t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"""
            select t.id, t.exporter_id, t.created_at, {Task}, t.parameters, t.versions, t.files, t.toc from export t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.Export),
            Below("exporter", "t.exporter_id"),
            new(
                new("has_versions", FilterType.Flag) { Scope = FilterScope.Internal },
                (_, values) => $"t.versions {(values[0] is true ? "<>" : "=")} '[]'"),
        ],
        Orders = Unnamed,
        Read = row => new(
            row.Guid(0), row.Guid(1), row.Time(2), row.GuidOrNull(3), row.String(4),
            JsonSerializer.Deserialize<List<ExportedVersion>>(row.String(5))!,
            JsonSerializer.Deserialize<List<ExportFile>>(row.String(6))!,
            JsonSerializer.Deserialize<ExportToc>(row.String(7))!),
    };

    public static Definition<ImporterRecord> Importers() => new()
    {
        From = "importer t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = "select t.id, t.created_at, t.updated_at, t.name, t.settings from importer t",
        Filters = [.. Filters.Identity("t.id", ResourceKind.Importer), .. Filters.Names("name", "t.name")],
        Orders = Named,
        Read = row => new(row.Guid(0), row.Time(1), row.Time(2), ImportStore.Read(row.String(3), row.String(4))),
    };

    public static Definition<ImportRecord> Imports() => new()
    {
        From = "import t",
        Key = "t.id",
        Newest = "t.created_at desc, t.id desc",
        Select = $"select t.id, t.importer_id, t.created_at, {Task}, t.parameters, t.report from import t",
        Filters = [.. Filters.Identity("t.id", ResourceKind.Import), Below("importer", "t.importer_id")],
        Orders = Unnamed,
        Read = row => new(
            row.Guid(0), row.Guid(1), row.Time(2), row.GuidOrNull(3), row.String(4), row.String(5)),
    };

    // Null where it is forgotten.
    private const string Task = "(select k.id from task k where k.id = t.task_id)";

    private static Dictionary<string, string> Unnamed => new()
    {
        ["pk"] = "t.id",
        ["pulp_id"] = "t.id",
        ["pulp_created"] = "t.created_at",
        ["pulp_last_updated"] = "t.created_at",
    };

    private static Dictionary<string, string> Named =>
        new(Unnamed) { ["pulp_last_updated"] = "t.updated_at", ["name"] = "t.name" };

    private static SqlFilter Below(string name, string column) => new(
        new(name, FilterType.Id) { Scope = FilterScope.Internal },
        (sql, values) => $"{column} = {sql.Value(values[0])}");
}
