using OrleansRegistry.Signing;

namespace OrleansRegistry.Lists;

/// <summary>Which entries of a list are wanted.</summary>
public abstract record Condition;

/// <summary>One filter with its values. Types by <see cref="FilterType"/>: string, long, bool, DateTimeOffset, Guid,
/// ResourceReference, LabelTerm; null where the filter takes it.</summary>
public sealed record Match(string Filter, IReadOnlyList<object?> Values) : Condition
{
    public static Match Of(string filter, params object?[] values) => new(filter, values);
}

public sealed record Negation(Condition Inner) : Condition;

public sealed record Conjunction(IReadOnlyList<Condition> Parts) : Condition
{
    public static Conjunction Everything { get; } = new([]);

    public static Conjunction Of(params Condition[] parts) => new(parts);
}

public sealed record Disjunction(IReadOnlyList<Condition> Parts) : Condition;

/// <summary>Conditions of lists that are of one thing.</summary>
public static class Conditions
{
    /// <summary>The value of a filter that all entries have to meet.</summary>
    /// <exception cref="ArgumentException">The condition does not name that filter.</exception>
    public static object? ValueOf(this Condition condition, string filter) => condition switch
    {
        Match match when match.Filter == filter => match.Values[0],
        Conjunction all => all.Parts.OfType<Match>().First(match => match.Filter == filter).Values[0],
        _ => throw new ArgumentException($"The list is asked for by {filter}.", nameof(condition)),
    };
}

/// <summary>The entry shows nothing that is withheld.</summary>
public sealed record NotWithheld(Withheld Withheld) : Condition;

/// <summary>How a label is selected: by what it says, by being there, or by being absent.</summary>
public enum LabelTest
{
    Present,
    Absent,
    Equal,
    Different,
    Contains,
}

/// <summary>One term of a selection by labels.</summary>
public sealed record LabelTerm(string Key, LabelTest Test, string Value = "");
