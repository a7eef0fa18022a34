using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>One list, declared: where its entries come from, how they are filtered, ordered and read.</summary>
internal sealed record Definition<T>
{
    /// <summary>The table to choose from, with the alias <c>t</c>; filters and orders speak of it.</summary>
    public required string From { get; init; }

    /// <summary>What makes an entry unique: a column of it, or several in parentheses.</summary>
    public required string Key { get; init; }

    /// <summary>The whole entry: <c>select … from … t join …</c>, without a condition.</summary>
    public required string Select { get; init; }

    /// <summary>Newest first.</summary>
    public required string Newest { get; init; }

    public required IReadOnlyList<SqlFilter> Filters { get; init; }

    /// <summary>How many entries there are in all, where the database counts: an expression.</summary>
    public string? Number { get; init; }

    /// <summary>Entries meet a filter until the catalogue changes (<see cref="Tally.OfChanges"/>): numbers of them are
    /// kept.</summary>
    public bool IsOfCatalogue { get; init; }

    /// <summary>The condition that an entry is withheld; without it, entries show no signatures.</summary>
    public Func<SqlText, Withheld, string>? IsWithheld { get; init; }

    /// <summary>The fields that may be ordered by, each with its column.</summary>
    public required IReadOnlyDictionary<string, string> Orders { get; init; }

    public required Func<Row, T> Read { get; init; }
}
