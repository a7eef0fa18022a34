using OrleansRegistry.Resources;

namespace OrleansRegistry.Lists;

/// <summary>What the value of a filter is.</summary>
public enum FilterType
{
    Text,
    Number,
    Flag,
    Time,

    /// <summary>The id of a resource, without its address.</summary>
    Id,

    /// <summary>The href or PRN of an existing resource of one of <see cref="Filter.Kinds"/>.</summary>
    Resource,

    /// <summary>An href or PRN as it was recorded; what it named may be gone.</summary>
    Address,

    /// <summary>A selection by labels: a list of <see cref="LabelTerm"/>.</summary>
    Labels,
}

/// <summary>Where a filter is offered.</summary>
public enum FilterScope
{
    /// <summary>On every list of these things.</summary>
    Always,

    /// <summary>Only on the list that spans all types.</summary>
    Generic,

    /// <summary>Only to the server itself.</summary>
    Internal,
}

/// <summary>One filter of a list, as clients may use it.</summary>
public sealed record Filter(string Name, FilterType Type)
{
    /// <summary>Takes several values, any of which may hold: repeated, or separated by commas.</summary>
    public bool IsList { get; init; }

    /// <summary>Takes one value or several; existing clients send either.</summary>
    public bool IsEither { get; init; }

    /// <summary>Takes the word <c>null</c>: the resource has none.</summary>
    public bool TakesNull { get; init; }

    /// <summary>What a <see cref="FilterType.Resource"/> may name.</summary>
    public IReadOnlyList<ResourceKind> Kinds { get; init; } = [];

    /// <summary>The only values there are; none for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public FilterScope Scope { get; init; }
}
