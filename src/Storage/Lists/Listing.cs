using OrleansRegistry.Lists;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IListing{T}"/>
/// <remarks>
/// The keys of a page are chosen first, from as few columns as the filters need; only these entries are then read
/// whole. A page far behind costs steps through an index, not entries. Nor are entries counted where the database has their
/// number, or where they were counted since the catalogue last changed.
/// </remarks>
internal sealed class Listing<T>(IDatabase database, ListGate gate, KeptCounts counts, Definition<T> definition) : IListing<T>
{
    private readonly Dictionary<string, SqlFilter> _filters =
        definition.Filters.ToDictionary(filter => filter.Declared.Name);

    public IReadOnlyList<Filter> Filters { get; } = [.. definition.Filters.Select(filter => filter.Declared)];

    public IReadOnlyCollection<string> Orders { get; } = [.. definition.Orders.Keys];

    public bool ShowsSignatures => definition.IsWithheld is not null;

    public async Task<IReadOnlyList<T>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var orders = query.Orders
            .Select(order => $"{definition.Orders[order.Field]}{(order.Descending ? " desc" : "")}")
            .Append(definition.Newest);
        var order = string.Join(", ", orders);
        var statement = $"""
            {definition.Select} where {definition.Key} in (
              select {definition.Key.Trim('(', ')')} from {definition.From} where {Text(query.Condition, sql)}
              order by {order} limit {sql.Value(query.Limit)} offset {sql.Value(query.Offset)})
            order by {order}
            """;
        return await gate.QueryAsync(database, sql.Statement(statement), definition.Read, cancellationToken);
    }

    public async Task<long> CountAsync(Condition condition, CancellationToken cancellationToken)
    {
        var known = new SqlText(database.Dialect);
        if (Number(condition, known) is { } number && await ReadAsync(known.Statement($"select {number}")) is { } entries)
            return entries;
        var sql = new SqlText(database.Dialect);
        var text = Text(condition, sql);
        return definition.IsOfCatalogue && !IsMomentary(condition)
            ? await counts.CountAsync(sql, definition.From, text, cancellationToken)
            : (await ReadAsync(sql.Statement($"select count(*) from {definition.From} where {text}")))!.Value;

        async Task<long?> ReadAsync(Statement statement) =>
            (await gate.QueryAsync(database, statement, row => row.Int64OrNull(0), cancellationToken))[0];
    }

    // Of all entries, or of those that meet one filter.
    private string? Number(Condition condition, SqlText sql) => condition switch
    {
        Match match => _filters[match.Filter].Number?.Invoke(sql, match.Values),
        Conjunction { Parts: [] } => definition.Number,
        Conjunction { Parts: [var only] } => Number(only, sql),
        _ => null,
    };

    private bool IsMomentary(Condition condition) => condition switch
    {
        Match match => _filters[match.Filter].IsMomentary,
        Negation not => IsMomentary(not.Inner),
        Conjunction all => all.Parts.Any(IsMomentary),
        Disjunction any => any.Parts.Any(IsMomentary),
        _ => false,
    };

    private string Text(Condition condition, SqlText sql) => condition switch
    {
        Match match => _filters[match.Filter].Condition(sql, match.Values),
        Negation not => $"not coalesce({Text(not.Inner, sql)}, false)",
        Conjunction all => Join(all.Parts, " and ", "true", sql),
        Disjunction any => Join(any.Parts, " or ", "false", sql),
        NotWithheld visible => definition.IsWithheld is { } isWithheld ? $"not {isWithheld(sql, visible.Withheld)}" : "true",
        _ => throw new ArgumentException($"Unknown condition {condition}.", nameof(condition)),
    };

    private string Join(IReadOnlyList<Condition> parts, string word, string none, SqlText sql) => parts.Count switch
    {
        0 => none,
        1 => Text(parts[0], sql),
        _ => $"({string.Join(word, parts.Select(part => Text(part, sql)))})",
    };
}
