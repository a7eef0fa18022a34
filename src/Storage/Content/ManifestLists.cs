using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The list of manifests.</summary>
internal static class ManifestLists
{
    // A page has a thousand entries, and a manifest up to four megabytes of annotations.
    private const int MaxAnnotations = 64 * 1024;

    public static Definition<ManifestRecord> Manifests(Dialect dialect, TimeSpan grace, TimeProvider clock) => new()
    {
        From = "manifest t",
        Key = "t.content_id",
        Newest = "t.content_id desc",
        Select = $"""
            select c.id, {LabelColumn.OfContent(dialect, "c.id")}, c.created_at, t.digest, t.media_type,
              case when length(t.annotations) <= {MaxAnnotations} then t.annotations end,
              t.type, t.architecture, t.os, t.labels, t.bootable, t.flatpak, t.layers_size,
              {Named(dialect, LinkKind.Child, ContentKind.Manifest)},
              {Named(dialect, LinkKind.Config, ContentKind.Blob)},
              {Named(dialect, LinkKind.Layer, ContentKind.Blob)},
              (select {dialect.JsonObject("l.digest", "l.digest")} from manifest_link l
                where l.manifest_id = t.content_id and l.kind = {Links.Child} and not exists (
                  select 1 from content x where x.kind = {Kinds.Manifest} and x.key = l.digest))
            from manifest t join content c on c.id = t.content_id
            """,
        Number = Tally.Of("manifest"),
        IsOfCatalogue = true,
        Filters =
        [
            .. Filters.Identity("t.content_id", ResourceKind.Manifest),
            .. Membership.Filters("t.content_id", ContentKind.Manifest, grace, clock),
            Filters.Text("digest", "t.digest"),
            Filters.Texts("digest__in", "t.digest"),
            Filters.EitherTexts("media_type", "t.media_type"),
            Filters.Flag("is_bootable", "t.bootable"),
            Filters.Flag("is_flatpak", "t.flatpak"),
        ],
        IsWithheld = (sql, withheld) => WithheldRows.Digests(sql, "t.digest", withheld),
        Orders = ContentLists.Ordering(
            "t.content_id", ("digest", "t.digest"), ("media_type", "t.media_type"), ("architecture", "t.architecture"),
            ("os", "t.os"), ("type", "t.type"), ("compressed_image_size", "t.layers_size"),
            ("is_bootable", "t.bootable"), ("is_flatpak", "t.flatpak"), ("annotations", "t.annotations"),
            ("labels", "t.labels")),
        Read = Read,
    };

    private static ManifestRecord Read(Row row) => new(
        row.Guid(0),
        LabelColumn.Read(row, 1),
        row.Time(2),
        row.Digest(3),
        row.String(4),
        row.StringOrNull(5),
        new(
            row.StringOrNull(6) ?? "unknown",
            row.StringOrNull(7),
            row.StringOrNull(8),
            row.StringOrNull(9) is { } labels ? JsonSerializer.Deserialize<Dictionary<string, string>>(labels)! : [],
            row.Bool(10),
            row.Bool(11),
            row.Int64OrNull(12)),
        Ids(row, 13),
        Ids(row, 14) is [var config] ? config : null,
        Ids(row, 15))
    {
        Absent = row.StringOrNull(16) is { } absent
            ? [.. JsonSerializer.Deserialize<Dictionary<string, string>>(absent)!.Keys.Select(Oci.Digest.Parse)]
            : [],
    };

    // The ids of what the manifest names, as far as it is here.
    private static string Named(Dialect dialect, LinkKind link, ContentKind kind) => $"""
        (select {dialect.JoinIds("x.id")} from manifest_link l
          join content x on x.kind = {(int)kind} and x.key = l.digest
          where l.manifest_id = t.content_id and l.kind = {(int)link})
        """;

    private static Guid[] Ids(Row row, int column) =>
        row.StringOrNull(column) is { } ids ? [.. ids.Split(',').Select(Guid.Parse)] : [];
}
