namespace OrleansRegistry.Lists;

/// <summary>A filter and its evaluation on an entry, declared together.</summary>
public sealed record MemoryFilter<T>(Filter Declared, Func<T, IReadOnlyList<object?>, bool> Holds);

/// <summary>A list of few things that no database holds, such as the nodes of the cluster.</summary>
public sealed class MemoryListing<T>(
    Func<CancellationToken, Task<IReadOnlyList<T>>> read,
    IReadOnlyList<MemoryFilter<T>> filters,
    IReadOnlyDictionary<string, Func<T, object?>> orders) : IListing<T>
{
    public IReadOnlyList<Filter> Filters { get; } = [.. filters.Select(filter => filter.Declared)];

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
        Match match => filters.First(filter => filter.Declared.Name == match.Filter).Holds(entry, match.Values),
        Negation not => !Holds(not.Inner, entry),
        Conjunction all => all.Parts.All(part => Holds(part, entry)),
        Disjunction any => any.Parts.Any(part => Holds(part, entry)),
        NotWithheld => true,
        _ => throw new ArgumentException($"Unknown condition {condition}.", nameof(condition)),
    };
}
