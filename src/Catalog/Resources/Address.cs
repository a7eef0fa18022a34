using System.Globalization;

namespace OrleansRegistry.Resources;

/// <summary>
/// The two names of a resource in the management REST: its href, an absolute path that ends in a slash, and its PRN,
/// <c>prn:app.model:uuid</c>. Source: Pulp's REST: hrefs, paths.
/// </summary>
public static class Address
{
    public const string Root = "/pulp/api/v3/";

    private const string VersionModel = "core.repositoryversion";

    private static readonly (ResourceKind Kind, string Collection, string Model)[] Places =
    [
        (ResourceKind.Repository, "repositories/container/container/", "container.containerrepository"),
        (ResourceKind.Remote, "remotes/container/container/", "container.containerremote"),
        (ResourceKind.Distribution, "distributions/container/container/", "container.containerdistribution"),
        (ResourceKind.Namespace, "pulp_container/namespaces/", "container.containernamespace"),
        (ResourceKind.Blob, "content/container/blobs/", "container.blob"),
        (ResourceKind.Manifest, "content/container/manifests/", "container.manifest"),
        (ResourceKind.Tag, "content/container/tags/", "container.tag"),
        (ResourceKind.Signature, "content/container/signatures/", "container.manifestsignature"),
        (ResourceKind.Task, "tasks/", "core.task"),
        (ResourceKind.TaskGroup, "task-groups/", "core.taskgroup"),
        (ResourceKind.Worker, "workers/", "core.appstatus"),
        (ResourceKind.Artifact, "artifacts/", "core.artifact"),
        (ResourceKind.SigningService, "signing-services/", "core.signingservice"),
        (ResourceKind.Upload, "uploads/", "core.upload"),
        (ResourceKind.User, "users/", "auth.user"),
        (ResourceKind.PullThroughRemote, "remotes/container/pull-through/", "container.containerpullthroughremote"),
        (
            ResourceKind.PullThroughDistribution, "distributions/container/pull-through/",
            "container.containerpullthroughdistribution"),
        (ResourceKind.SigningKey, "signing-keys/", "container.signingkey"),
        (ResourceKind.KeyRevocation, "key-revocations/", "container.keyrevocation"),
        (ResourceKind.TrustPolicy, "trust-policies/", "container.trustpolicy"),
        (ResourceKind.TrustAudit, "trust/audits/", "container.trustaudit"),
        (ResourceKind.Exporter, "exporters/core/pulp/", "core.pulpexporter"),
        (ResourceKind.Importer, "importers/core/pulp/", "core.pulpimporter"),
    ];

    // What has no list of its own: the list lies below another resource.
    private static readonly (ResourceKind Kind, ResourceKind Parent, string List, string Model)[] Inner =
    [
        (ResourceKind.Export, ResourceKind.Exporter, "exports", "core.pulpexport"),
        (ResourceKind.Import, ResourceKind.Importer, "imports", "core.pulpimport"),
    ];

    /// <summary>The path of the list that holds resources of that kind.</summary>
    public static string Collection(ResourceKind kind) => Root + PlaceOf(kind).Collection;

    public static string Href(ResourceReference resource) => resource.Kind switch
    {
        ResourceKind.RepositoryVersion => string.Create(
            CultureInfo.InvariantCulture,
            $"{Collection(ResourceKind.Repository)}{resource.Id}/versions/{resource.Number}/"),
        var kind when Array.Find(Inner, inner => inner.Kind == kind) is { List: { } list, Parent: var parent } =>
            $"{Href(parent, RequireParent(resource))}{list}/{resource.Id}/",
        var kind => $"{Collection(kind)}{resource.Id}/",
    };

    public static string Href(ResourceKind kind, Guid id) => Href(new(kind, id));

    /// <summary>The PRN of anything; that of a repository version needs the version's own id.</summary>
    public static string Prn(ResourceKind kind, Guid id) => $"prn:{ModelOf(kind)}:{id}";

    /// <summary>Reads an href, or the PRN of anything but a repository version. It need not exist.</summary>
    public static bool TryParse(string text, out ResourceReference resource)
    {
        foreach (var (kind, _, _, model) in Inner)
            if (TryParsePrn(text, model, out var inner))
                return Found(out resource, new(kind, inner));
        foreach (var (kind, collection, model) in Places)
        {
            if (TryParsePrn(text, model, out var id))
                return Found(out resource, new(kind, id));
            if (text.StartsWith(Root + collection, StringComparison.Ordinal))
                return TryParseRest(kind, text[(Root.Length + collection.Length)..], out resource);
        }

        return Found(out resource, null);
    }

    /// <summary>Reads the PRN of a repository version: the version's own id.</summary>
    public static bool TryParseVersionPrn(string text, out Guid id) => TryParsePrn(text, VersionModel, out id);

    private static bool TryParsePrn(string text, string model, out Guid id)
    {
        id = default;
        return text.StartsWith($"prn:{model}:", StringComparison.Ordinal)
            && Guid.TryParseExact(text[(model.Length + 5)..], "D", out id);
    }

    private static bool TryParseRest(ResourceKind kind, string rest, out ResourceReference resource)
    {
        var parts = rest.Split('/');
        return (kind, parts) switch
        {
            (_, [var id, ""]) when Guid.TryParseExact(id, "D", out var guid) => Found(out resource, new(kind, guid)),
            (ResourceKind.Repository, [var id, "versions", var number, ""])
                when Guid.TryParseExact(id, "D", out var guid)
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) =>
                Found(out resource, ResourceReference.Version(guid, n)),
            (_, [var id, var list, var inner, ""])
                when Guid.TryParseExact(id, "D", out var guid)
                && Guid.TryParseExact(inner, "D", out var own)
                && Array.Find(Inner, one => one.Parent == kind && one.List == list) is { Model: not null } place =>
                Found(out resource, new(place.Kind, own) { Parent = guid }),
            _ => Found(out resource, null),
        };
    }

    private static bool Found(out ResourceReference resource, ResourceReference? found)
    {
        resource = found.GetValueOrDefault();
        return found is not null;
    }

    private static Guid RequireParent(ResourceReference resource) => resource.Parent
        ?? throw new ArgumentException($"The {resource.Kind} is known by its id alone.", nameof(resource));

    private static string ModelOf(ResourceKind kind) => kind is ResourceKind.RepositoryVersion
        ? VersionModel
        : Array.Find(Inner, inner => inner.Kind == kind).Model ?? PlaceOf(kind).Model;

    private static (ResourceKind Kind, string Collection, string Model) PlaceOf(ResourceKind kind) =>
        Array.Find(Places, place => place.Kind == kind);
}
