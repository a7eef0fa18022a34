using OrleansRegistry.Lists;

namespace OrleansRegistry.Storage;

/// <summary><c>pulp_type</c> on the lists that span all types, of which there is one here.</summary>
internal static class GenericTypes
{
    public static IEnumerable<SqlFilter> Filters(string type) =>
    [
        new(
            new("pulp_type", FilterType.Text) { Scope = FilterScope.Generic },
            (_, values) => (string)values[0]! == type ? "true" : "false"),
        new(
            new("pulp_type__in", FilterType.Text) { Scope = FilterScope.Generic, IsList = true },
            (_, values) => values.Contains(type) ? "true" : "false"),
    ];
}
