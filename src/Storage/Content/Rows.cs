using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <summary>Rows into the records that more than one query reads.</summary>
internal static class Rows
{
    /// <summary>Columns: kind, key, target.</summary>
    public static ContentUnit Unit(Row row) => new((ContentKind)row.Int32(0), row.String(1), row.DigestOrNull(2));

    /// <summary>Columns: the manifest's digest, kind, digest.</summary>
    public static ManifestLink Link(Row row) => new(row.Digest(0), (LinkKind)row.Int32(1), row.Digest(2));
}
