using System.Text.Json.Nodes;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The fields that all resources have.</summary>
internal static class CommonFields
{
    public static IEnumerable<Field<T>> Of<T>(
        ResourceKind kind,
        Func<T, Guid> id,
        Func<T, DateTimeOffset> created,
        Func<T, DateTimeOffset>? updated = null) =>
        Of(entity => new(kind, id(entity)), created, updated);

    public static IEnumerable<Field<T>> Of<T>(
        Func<T, ResourceReference> resource,
        Func<T, DateTimeOffset> created,
        Func<T, DateTimeOffset>? updated = null) =>
        Of(
            entity => Address.Href(resource(entity)),
            entity => Address.Prn(resource(entity)),
            created,
            updated);

    public static IEnumerable<Field<T>> Of<T>(
        Func<T, string> href,
        Func<T, string> prn,
        Func<T, DateTimeOffset> created,
        Func<T, DateTimeOffset>? updated = null) =>
    [
        new("pulp_href", Schema.Text, entity => href(entity)),
        new("prn", Schema.Text, entity => prn(entity)),
        new("pulp_created", Schema.Time, entity => PulpJson.Time(created(entity))),
        new("pulp_last_updated", Schema.Time, entity => PulpJson.Time((updated ?? created)(entity))),
    ];

    public static Field<T> Labels<T>(Func<T, Labels> labels) =>
        new("pulp_labels", Schema.LabelMap, entity => PulpJson.Labels(labels(entity)));

    public static Field<T> Text<T>(string name, Func<T, string?> read) =>
        new(name, Schema.Text, entity => read(entity));

    public static Field<T> TextOrNull<T>(string name, Func<T, string?> read) =>
        new(name, Schema.Text.OrNull(), entity => read(entity));

    public static Field<T> NumberOrNull<T>(string name, Func<T, int?> read) =>
        new(name, Schema.Integer.OrNull(), entity => read(entity));

    public static Field<T> HrefOrNull<T>(string name, ResourceKind kind, Func<T, Guid?> read) => new(
        name, Schema.Text.OrNull(), entity => read(entity) is { } id ? Address.Href(kind, id) : null);

    /// <summary>A field that this server never fills, and clients index all the same.</summary>
    public static Field<T> Null<T>(string name) => new(name, Schema.Text.OrNull(), _ => (JsonNode?)null);
}
