using System.Globalization;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The text of a filter into its values, by the filter's declaration.</summary>
internal sealed class FilterValues(References references, IResourceIndex index)
{
    private const int MaxValues = 1000;

    /// <exception cref="InvalidValueException">The filter does not take that.</exception>
    public async Task<Match> ReadAsync(Filter filter, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        texts = [.. texts];
        if (texts.Any(text => text.Contains('\0')))
            throw new InvalidValueException("Null characters are not allowed.");
        if (filter.Type is FilterType.Labels)
            return new(filter.Name, LabelSelection.Parse(string.Join(',', texts)));
        var parts = filter.IsList
            ? texts.SelectMany(
                text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            : texts.TakeLast(1);
        var values = new List<object?>();
        foreach (var part in parts)
            values.Add(await ReadAsync(filter, part, cancellationToken));
        if (values.Count > MaxValues)
            throw new InvalidValueException($"No more than {MaxValues} values are taken at once.");
        if (filter.Name.EndsWith("__range", StringComparison.Ordinal) && values.Count != 2)
            throw new InvalidValueException("Range query expects two values.");
        await RequireExistingAsync(filter, values, cancellationToken);
        return new(filter.Name, values);
    }

    private async Task<object?> ReadAsync(Filter filter, string text, CancellationToken cancellationToken) =>
        filter switch
        {
            { TakesNull: true } when text is "null" or "" => null,
            { Type: FilterType.Text } => ReadText(filter, text),
            { Type: FilterType.Address } => text,
            { Type: FilterType.Number } => long.TryParse(
                text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new InvalidValueException("Enter a number."),
            { Type: FilterType.Flag } => text.ToLowerInvariant() switch
            {
                "true" or "1" or "yes" => true,
                "false" or "0" or "no" => false,
                _ => throw new InvalidValueException("Must be a valid boolean."),
            },
            { Type: FilterType.Time } => DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw new InvalidValueException("Enter a valid date/time."),
            { Type: FilterType.Id } => Guid.TryParse(text, out var id)
                ? id
                : throw new InvalidValueException($"'{text}' is not a valid UUID."),
            _ => await ReadResourceAsync(filter, text, cancellationToken),
        };

    private static string ReadText(Filter filter, string text)
    {
        if (filter.Choices.Count > 0 && !filter.Choices.Contains(text))
            throw new InvalidValueException(
                $"Select a valid choice. {text} is not one of the available choices.");
        return filter.Name.EndsWith("regex", StringComparison.Ordinal) && ClientRegex.WhyRefused(text) is { } refusal
            ? throw new InvalidValueException(refusal)
            : text;
    }

    private async Task<object?> ReadResourceAsync(Filter filter, string text, CancellationToken cancellationToken)
    {
        var resource = await references.ParseAsync(text, cancellationToken);
        return resource is { } named && filter.Kinds.Contains(named.Kind)
            ? named
            : throw new InvalidValueException($"URI not valid: {text}");
    }

    private async Task RequireExistingAsync(
        Filter filter, IEnumerable<object?> values, CancellationToken cancellationToken)
    {
        // A list asked for by names shows those that exist; anything else must be there.
        if (filter.Name is "pulp_href__in" or "prn__in")
            return;
        var resources = values.OfType<ResourceReference>().ToList();
        if (resources.Count == 0)
            return;
        var missing = await index.FindMissingAsync(resources, cancellationToken);
        if (missing.Count > 0)
            throw new InvalidValueException($"URI {Address.Href(missing[0])} not found.");
    }
}
