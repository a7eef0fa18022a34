using System.Text.Json.Nodes;
using OrleansRegistry.Lists;

namespace OrleansRegistry.Management;

/// <summary>The parameters of a list in the OpenAPI document, from the declarations of its filters.</summary>
internal static class ListParameters
{
    public static IReadOnlyList<Parameter> Of(IEnumerable<Filter> filters) =>
    [
        new("limit", Schema.Integer) { Description = "How many results a page has." },
        new("offset", Schema.Integer) { Description = "The first result of the page." },
        new("ordering", Schema.ListOf(Schema.Text)) { Description = "Fields to order by; '-' in front turns around." },
        new("q", Schema.Text) { Description = "Filters joined by NOT, AND, OR and parentheses." },
        .. OfRead(),
        .. filters.Select(Of),
    ];

    public static IReadOnlyList<Parameter> OfRead() =>
    [
        new("fields", Schema.ListOf(Schema.Text)) { Description = "The only fields to include." },
        new("exclude_fields", Schema.ListOf(Schema.Text)) { Description = "Fields to leave out." },
    ];

    private static Parameter Of(Filter filter)
    {
        var value = ValueOf(filter);
        var schema = filter switch
        {
            { IsEither: true } => Schema.Either(ValueOf(filter), Schema.ListOf(value)),
            { IsList: true } => Schema.ListOf(value),
            _ => value,
        };
        return new(filter.Name, schema) { Explode = filter.IsEither };
    }

    private static JsonObject ValueOf(Filter filter) => filter.Type switch
    {
        FilterType.Number => Schema.Integer,
        FilterType.Flag => Schema.Flag,
        FilterType.Time => Schema.Time,
        FilterType.Text or FilterType.Id or FilterType.Resource or FilterType.Address or FilterType.Labels =>
            filter.Choices.Count > 0 ? Schema.Choice(filter.Choices) : Schema.Text,
    };
}
