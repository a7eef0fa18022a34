namespace OrleansRegistry.Resources;

/// <summary>The labels of one resource: keys, each with what it says or null.</summary>
public sealed class Labels : SortedDictionary<string, string?>, IEquatable<Labels>
{
    public Labels()
        : base(StringComparer.Ordinal)
    {
    }

    public Labels(IDictionary<string, string?> labels)
        : base(labels, StringComparer.Ordinal)
    {
    }

    public bool Equals(Labels? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as Labels);

    public override int GetHashCode() => Count;
}
