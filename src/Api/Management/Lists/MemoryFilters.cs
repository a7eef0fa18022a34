using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The filters of lists that no database holds: the same as those of all others.</summary>
internal static class MemoryFilters
{
    public static IEnumerable<MemoryFilter<T>> Identity<T>(ResourceKind kind, Func<T, Guid> id)
    {
        yield return new(new("pulp_href__in", FilterType.Resource) { IsList = true, Kinds = [kind] }, IsNamed);
        yield return new(new("prn__in", FilterType.Resource) { IsList = true, Kinds = [kind] }, IsNamed);
        yield return new(
            new("pulp_id__in", FilterType.Id) { IsList = true }, (entity, values) => values.Contains(id(entity)));

        bool IsNamed(T entity, IReadOnlyList<object?> values) =>
            values.Any(value => ((ResourceReference)value!).Id == id(entity));
    }

    /// <summary>A name with all the ways to look for it.</summary>
    public static IEnumerable<MemoryFilter<T>> Names<T>(string field, Func<T, string> name)
    {
        yield return Of("", (text, value) => text == value);
        yield return new(
            new($"{field}__in", FilterType.Text) { IsList = true }, (entity, values) => values.Contains(name(entity)));
        yield return Of("__iexact", (text, value) => text.Equals(value, StringComparison.OrdinalIgnoreCase));
        yield return Of("__contains", (text, value) => text.Contains(value, StringComparison.Ordinal));
        yield return Of("__icontains", (text, value) => text.Contains(value, StringComparison.OrdinalIgnoreCase));
        yield return Of("__startswith", (text, value) => text.StartsWith(value, StringComparison.Ordinal));
        yield return Of("__istartswith", (text, value) => text.StartsWith(value, StringComparison.OrdinalIgnoreCase));
        yield return Of("__regex", (text, value) => new ClientRegex().IsMatch(text, value));
        yield return Of("__iregex", (text, value) => new ClientRegex().IsMatch(text, $"(?i){value}"));

        MemoryFilter<T> Of(string suffix, Func<string, string, bool> compare) => new(
            new(field + suffix, FilterType.Text), (entity, values) => compare(name(entity), (string)values[0]!));
    }

    /// <summary>A moment: exactly, before, after, between two.</summary>
    public static IEnumerable<MemoryFilter<T>> Times<T>(string field, Func<T, DateTimeOffset> time)
    {
        yield return Of("", (one, other) => one == other);
        yield return Of("__lt", (one, other) => one < other);
        yield return Of("__lte", (one, other) => one <= other);
        yield return Of("__gt", (one, other) => one > other);
        yield return Of("__gte", (one, other) => one >= other);
        yield return new(
            new($"{field}__range", FilterType.Time) { IsList = true },
            (entity, values) => time(entity) >= (DateTimeOffset)values[0]! && time(entity) <= (DateTimeOffset)values[^1]!);
        yield return new(new($"{field}__isnull", FilterType.Flag), (_, values) => !(bool)values[0]!);

        MemoryFilter<T> Of(string suffix, Func<DateTimeOffset, DateTimeOffset, bool> compare) => new(
            new(field + suffix, FilterType.Time),
            (entity, values) => compare(time(entity), (DateTimeOffset)values[0]!));
    }
}
