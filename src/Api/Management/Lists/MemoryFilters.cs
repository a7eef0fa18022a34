using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The filters of lists that no database holds.</summary>
internal static class MemoryFilters
{
    public static Dictionary<Filter, Func<T, object?, bool>> Identity<T>(ResourceKind kind, Func<T, Guid> id)
    {
        return new()
        {
            [new("pulp_href__in", FilterType.Resource) { IsList = true, Kinds = [kind] }] = IsNamed,
            [new("prn__in", FilterType.Resource) { IsList = true, Kinds = [kind] }] = IsNamed,
            [new("pulp_id__in", FilterType.Id) { IsList = true }] = (entity, value) => id(entity) == (Guid)value!,
        };

        bool IsNamed(T entity, object? value) => ((ResourceReference)value!).Id == id(entity);
    }

    /// <summary>The ways to look for a name that clients use on such lists.</summary>
    public static Dictionary<Filter, Func<T, object?, bool>> WithNames<T>(
        this Dictionary<Filter, Func<T, object?, bool>> filters, Func<T, string> name)
    {
        Add("name", (text, value) => text == value);
        Add("name__in", (text, value) => text == value, isList: true);
        Add("name__iexact", (text, value) => text.Equals(value, StringComparison.OrdinalIgnoreCase));
        Add("name__contains", (text, value) => text.Contains(value, StringComparison.Ordinal));
        Add("name__icontains", (text, value) => text.Contains(value, StringComparison.OrdinalIgnoreCase));
        Add("name__startswith", (text, value) => text.StartsWith(value, StringComparison.Ordinal));
        return filters;

        void Add(string filter, Func<string, string, bool> compare, bool isList = false) =>
            filters[new(filter, FilterType.Text) { IsList = isList }] =
                (entity, value) => compare(name(entity), (string)value!);
    }

    /// <summary>Comparisons with a moment.</summary>
    public static Dictionary<Filter, Func<T, object?, bool>> WithTimes<T>(
        this Dictionary<Filter, Func<T, object?, bool>> filters, string field, Func<T, DateTimeOffset> time)
    {
        filters[new(field, FilterType.Time)] = (entity, value) => time(entity) == (DateTimeOffset)value!;
        filters[new($"{field}__lt", FilterType.Time)] = (entity, value) => time(entity) < (DateTimeOffset)value!;
        filters[new($"{field}__lte", FilterType.Time)] = (entity, value) => time(entity) <= (DateTimeOffset)value!;
        filters[new($"{field}__gt", FilterType.Time)] = (entity, value) => time(entity) > (DateTimeOffset)value!;
        filters[new($"{field}__gte", FilterType.Time)] = (entity, value) => time(entity) >= (DateTimeOffset)value!;
        return filters;
    }
}
