namespace OrleansRegistry.Storage;

/// <summary>Expressions that read what triggers of the database count, in the table <c>tally</c>.</summary>
internal static class Tally
{
    /// <summary>A number that every committed change of the catalogue changes: whatever lists of content are chosen
    /// by.</summary>
    public static string OfChanges { get; } = Sum("y.subject = 'catalogue'");

    /// <summary>The rows of these tables together.</summary>
    public static string Of(params IEnumerable<string> tables) => Sum(
        string.Join(" or ", tables.Select(table => $"y.subject = '{table}'").DefaultIfEmpty("false")));

    /// <summary>The signatures of some key ids.</summary>
    public static string OfKeys(SqlText sql, IReadOnlyList<object?> keys) =>
        Sum($"y.subject = 'signature' and {Filters.AnyText(sql, "y.key", keys)}");

    private static string Sum(string condition) =>
        $"(select coalesce(cast(sum(y.amount) as bigint), 0) from tally y where {condition})";
}
