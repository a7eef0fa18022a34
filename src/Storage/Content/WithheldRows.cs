using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>Conditions that hold for rows that are withheld. They are never null: what they are for is their negation.</summary>
internal static class WithheldRows
{
    /// <summary>Signatures, in a table with the columns of <c>signature</c>.</summary>
    public static string Signatures(SqlText sql, string table, Withheld withheld)
    {
        return $"""
            ({In("key_id", withheld.KeyIds)}
              or ({table}.fingerprint is not null and {In("fingerprint", withheld.Fingerprints)})
              or ({table}.fingerprint is null and {In("key_id", withheld.ImpliedKeyIds)}))
            """;

        string In(string column, IEnumerable<string> values) =>
            sql.Dialect.In($"{table}.{column}", sql.Parameter(values.ToArray()));
    }

    /// <summary>Content, by a column that holds a digest.</summary>
    public static string Digests(SqlText sql, string column, Withheld withheld) =>
        sql.Dialect.In(column, sql.Parameter(withheld.Digests.Select(digest => digest.ToString()).ToArray()));
}
