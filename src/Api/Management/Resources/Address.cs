using System.Globalization;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>
/// The two names of a resource in the management REST: its href, an absolute path that ends in a slash, and its PRN,
/// <c>prn:app.model:uuid</c>. Source: Pulp's REST: hrefs, paths.
/// </summary>
internal static class Address
{
    /// <summary>
    /// The path of the list that holds resources of that kind; where it lies below another resource, with what stands for the
    /// href of that.
    /// </summary>
    public static string Collection(ResourceKind kind)
    {
        var row = ResourceTable.Of(kind);
        return (row.Below is { } above ? Parameter(above) : ResourceTable.Root) + row.Place;
    }

    /// <summary>What stands for the href of such a resource at the beginning of an operation's path.</summary>
    public static string Parameter(ResourceKind kind) => $"{{{ResourceTable.Of(kind).Parameter}}}";

    /// <summary>What the ids of the operations on such resources begin with.</summary>
    public static string Operations(ResourceKind kind)
    {
        var row = ResourceTable.Of(kind);
        return (row.Below is { } above ? Operations(above) : "") + row.Place.Replace('/', '_').Replace('-', '_');
    }

    /// <summary>The route that the path of an operation stands for.</summary>
    public static string Route(string path)
    {
        foreach (var row in ResourceTable.Rows)
            if (path.StartsWith(Parameter(row.Kind), StringComparison.Ordinal))
                return RouteOf(row) + path[Parameter(row.Kind).Length..];
        return path;
    }

    public static string Href(ResourceReference resource)
    {
        var row = ResourceTable.Of(resource.Kind);
        return row switch
        {
            { Kind: ResourceKind.RepositoryVersion, Below: { } above } =>
                string.Create(CultureInfo.InvariantCulture, $"{Href(above, resource.Id)}{row.Place}{resource.Number}/"),
            { Below: { } above } => $"{Href(above, RequireParent(resource))}{row.Place}{resource.Id}/",
            _ => $"{ResourceTable.Root}{row.Place}{resource.Id}/",
        };
    }

    public static string Href(ResourceKind kind, Guid id) => Href(new(kind, id));

    /// <summary>The PRN of anything; that of a repository version needs the version's own id.</summary>
    public static string Prn(ResourceKind kind, Guid id) => $"prn:{ResourceTable.Of(kind).Model}:{id}";

    /// <summary>The PRN of anything but a repository version.</summary>
    public static string Prn(ResourceReference resource) => Prn(resource.Kind, resource.Id);

    /// <summary>Reads an href, or the PRN of anything but a repository version. It need not exist.</summary>
    public static bool TryParse(string text, out ResourceReference resource)
    {
        var found = TryParsePrn(text, out var kind, out var id)
            ? kind is ResourceKind.RepositoryVersion ? (ResourceReference?)null : new(kind, id)
            : ParseHref(text);
        resource = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>Reads the PRN of a repository version: the version's own id.</summary>
    public static bool TryParseVersionPrn(string text, out Guid id) =>
        TryParsePrn(text, out var kind, out id) && kind is ResourceKind.RepositoryVersion;

    private static bool TryParsePrn(string text, out ResourceKind kind, out Guid id)
    {
        (kind, id) = (default, default);
        if (text.Split(':') is not ["prn", var model, var name] || !Guid.TryParseExact(name, "D", out id))
            return false;
        var row = ResourceTable.Rows.FirstOrDefault(row => row.Model == model);
        kind = row?.Kind ?? default;
        return row is not null;
    }

    private static ResourceReference? ParseHref(string text)
    {
        foreach (var row in ResourceTable.Rows.Where(row => row.Below is null))
            if (text.StartsWith(ResourceTable.Root + row.Place, StringComparison.Ordinal))
                return ParseRest(row.Kind, text[(ResourceTable.Root.Length + row.Place.Length)..]);
        return null;
    }

    private static ResourceReference? ParseRest(ResourceKind kind, string rest)
    {
        var parts = rest.Split('/');
        if (!Guid.TryParseExact(parts[0], "D", out var id))
            return null;
        return parts switch
        {
            [_, ""] => new(kind, id),
            [_, var list, var inner, ""] => ParseInner(new(kind, id), $"{list}/", inner),
            _ => null,
        };
    }

    private static ResourceReference? ParseInner(ResourceReference above, string place, string name) =>
        ResourceTable.Rows.FirstOrDefault(row => row.Below == above.Kind && row.Place == place) switch
        {
            { Kind: ResourceKind.RepositoryVersion }
                when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                ResourceReference.Version(above.Id, number),
            { Kind: var kind and not ResourceKind.RepositoryVersion } when Guid.TryParseExact(name, "D", out var id) =>
                new(kind, id) { Parent = above.Id },
            _ => null,
        };

    private static string RouteOf(ResourceRow row) => row.Below is { } above
        ? RouteOf(ResourceTable.Of(above)) + row.Place + row.Route
        : ResourceTable.Root + row.Place + row.Route;

    private static Guid RequireParent(ResourceReference resource) => resource.Parent
        ?? throw new ArgumentException($"The {resource.Kind} is known by its id alone.", nameof(resource));
}
