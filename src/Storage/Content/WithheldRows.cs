using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>Conditions that hold for rows that are withheld. They are never null: what they are for is their negation.</summary>
internal static class WithheldRows
{
    /// <summary>Signatures, in a table with the columns of <c>signature</c>, or <c>attached_signature</c>.</summary>
    public static string Signatures(SqlText sql, string table, IReadOnlyList<WithheldKey> keys)
    {
        var conditions = keys.GroupBy(key => key.Since).Select(group => group.Key is { } since
            ? $"({table}.content_id >= {sql.Value(FirstSeen.First(since))} and {Named([.. group])})"
            : Named([.. group])).ToList();
        return conditions.Count == 0 ? "false" : $"({string.Join(" or ", conditions)})";

        string Named(IReadOnlyList<WithheldKey> named) => $"""
            ({In("key_id", named.Where(key => key.Fingerprint is null).Select(key => key.KeyId))}
              or ({table}.fingerprint is not null and {In("fingerprint", named.Select(key => key.Fingerprint).OfType<string>())})
              or ({table}.fingerprint is null and {In("key_id", named.Select(key => key.KeyId))}))
            """;

        string In(string column, IEnumerable<string> values) =>
            sql.Dialect.In($"{table}.{column}", sql.Parameter(values.Distinct().ToArray()));
    }

    /// <summary>Content, by a column that holds a digest: withheld by itself, or for a key that made it.</summary>
    public static string Digests(SqlText sql, string column, Withheld withheld) => $"""
        ({sql.Dialect.In(column, sql.Parameter(withheld.Digests.Select(digest => digest.ToString()).ToArray()))}
          or exists (
            select 1 from content x join attached_signature a on a.content_id = x.id
            where x.kind = {Kinds.Manifest} and x.key = {column} and {Signatures(sql, "a", withheld.Keys)}))
        """;
}
