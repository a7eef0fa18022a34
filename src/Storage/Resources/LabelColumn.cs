using System.Text.Json;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The labels of a row, as one JSON column of a query.</summary>
internal static class LabelColumn
{
    public static string OfResource(Dialect dialect, string id) => Of(dialect, "resource_label", "resource_id", id);

    public static string OfContent(Dialect dialect, string id) => Of(dialect, "content_label", "content_id", id);

    public static Labels Read(Row row, int column) =>
        row.StringOrNull(column) is { } json ? JsonSerializer.Deserialize<Labels>(json)! : [];

    private static string Of(Dialect dialect, string table, string holder, string id) =>
        $"(select {dialect.JsonObject("l.key", "l.value")} from {table} l where l.{holder} = {id})";
}
