using OrleansRegistry.Lists;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IListing{T}"/>
/// <remarks>
/// The keys of a page are chosen first, from as few columns as the filters need; only these entries are then read
/// whole. A page far behind costs steps through an index, not entries.
/// </remarks>
internal sealed class Listing<T>(IDatabase database, ListGate gate, Definition<T> definition) : IListing<T>
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
        var sql = new SqlText(database.Dialect);
        var statement = $"select count(*) from {definition.From} where {Text(condition, sql)}";
        return (await gate.QueryAsync(database, sql.Statement(statement), row => row.Int64(0), cancellationToken))[0];
    }

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
