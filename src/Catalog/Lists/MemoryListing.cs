namespace OrleansRegistry.Lists;

/// <summary>A list of few things that no database holds, such as the nodes of the cluster.</summary>
public sealed class MemoryListing<T>(
    Func<CancellationToken, Task<IReadOnlyList<T>>> read,
    IReadOnlyDictionary<Filter, Func<T, object?, bool>> filters,
    IReadOnlyDictionary<string, Func<T, object?>> orders) : IListing<T>
{
    public IReadOnlyList<Filter> Filters { get; } = [.. filters.Keys];

    public IReadOnlyCollection<string> Orders { get; } = [.. orders.Keys];

    public async Task<IReadOnlyList<T>> ListAsync(ListQuery query, CancellationToken cancellationToken)
    {
        var entries = (await read(cancellationToken)).Where(entry => Holds(query.Condition, entry));
        foreach (var order in query.Orders.Reverse())
            entries = order.Descending
                ? entries.OrderByDescending(orders[order.Field])
                : entries.OrderBy(orders[order.Field]);
        return [.. entries.Skip(query.Offset).Take(query.Limit)];
    }

    public async Task<long> CountAsync(Condition condition, CancellationToken cancellationToken) =>
        (await read(cancellationToken)).Count(entry => Holds(condition, entry));

    private bool Holds(Condition condition, T entry) => condition switch
    {
        Match match => match.Values.Any(value => Holds(match.Filter, entry, value)),
        Negation not => !Holds(not.Inner, entry),
        Conjunction all => all.Parts.All(part => Holds(part, entry)),
        Disjunction any => any.Parts.Any(part => Holds(part, entry)),
        _ => throw new ArgumentException($"Unknown condition {condition}.", nameof(condition)),
    };

    private bool Holds(string name, T entry, object? value) =>
        filters.First(filter => filter.Key.Name == name).Value(entry, value);
}
