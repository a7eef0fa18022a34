using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Lists;

namespace OrleansRegistry.Management;

/// <summary>What a client asks of a list. Source: Pulp's REST: pages.</summary>
internal sealed class ListRequest(FilterValues values)
{
    public const int UsualLimit = 100;
    private const int MaxLimit = 1000;

    private static readonly string[] NoFilters =
        ["fields", "exclude_fields", "limit", "offset", "ordering", "minimal", "page_size", "format"];

    public async Task<ListQuery> ReadAsync(
        HttpRequest request,
        IReadOnlyList<Filter> filters,
        IReadOnlyCollection<string> orders,
        Condition? scope,
        CancellationToken cancellationToken)
    {
        var conditions = new List<Condition>();
        if (scope is not null)
            conditions.Add(scope);
        foreach (var (name, texts) in request.Query)
        {
            if (NoFilters.Contains(name))
                continue;
            var filter = name == "q" ? null : Find(filters, name);
            if (string.IsNullOrEmpty(string.Concat(texts.ToArray())) && filter is not { TakesNull: true })
                continue; // a filter without a value is none, as clients are used to
            try
            {
                conditions.Add(filter is null
                    ? await new FilterExpression(
                        texts.ToString(),
                        (inner, text) => values.ReadAsync(Find(filters, inner), [text], cancellationToken)).ReadAsync()
                    : await values.ReadAsync(filter, texts.OfType<string>(), cancellationToken));
            }
            catch (InvalidValueException invalid)
            {
                throw RefusedException.Field(name, invalid.Message);
            }
        }

        return new(
            new Conjunction(conditions),
            Orders(request, orders),
            Number(request, "limit") is > 0 and var limit ? Math.Min(limit, MaxLimit) : UsualLimit,
            Number(request, "offset"));
    }

    private static Filter Find(IEnumerable<Filter> filters, string name) =>
        filters.FirstOrDefault(filter => filter.Name == name) ?? throw new RefusedException(PulpError.Filter(name));

    private static List<Order> Orders(HttpRequest request, IReadOnlyCollection<string> known)
    {
        var orders = new List<Order>();
        foreach (var field in request.Query["ordering"].SelectMany(text => (text ?? "").Split(',')))
        {
            var name = field.Trim().TrimStart('-');
            if (name.Length == 0)
                continue;
            if (!known.Contains(name))
                throw RefusedException.Field(
                    "ordering", $"Select a valid choice. {field} is not one of the available choices.");
            if (orders.TrueForAll(order => order.Field != name))
                orders.Add(new(name, field.TrimStart().StartsWith('-')));
        }

        return orders;
    }

    // Text that is no number counts as absent, as clients are used to; one that is too large is as large as can be.
    private static int Number(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        return text.Length == 0 || !text.All(char.IsAsciiDigit) ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : int.MaxValue;
    }
}
