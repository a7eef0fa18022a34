using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A distribution, in answers and in requests. Source: Pulp's REST: distributions.</summary>
internal static class DistributionShape
{
    public static Shape<DistributionRecord> Shape { get; } = new(
        "container.ContainerDistribution",
        [
            .. CommonFields.Of<DistributionRecord>(
                ResourceKind.Distribution, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            CommonFields.Text<DistributionRecord>("name", record => record.Settings.Name),
            CommonFields.Text<DistributionRecord>("base_path", record => record.Settings.BasePath),
            CommonFields.HrefOrNull<DistributionRecord>(
                "repository", ResourceKind.Repository,
                record => record.Settings.PinnedVersion is null ? record.Settings.Repository : null),
            CommonFields.TextOrNull<DistributionRecord>("repository_version", record => PinnedHref(record.Settings)),
            CommonFields.Null<DistributionRecord>("content_guard"),
            CommonFields.Null<DistributionRecord>("content_guard_prn"),
            new("hidden", Schema.Flag, record => record.Settings.Hidden),
            CommonFields.Labels<DistributionRecord>(record => record.Settings.Labels),
            new(
                "no_content_change_since", Schema.Text.OrNull(),
                record => record.Settings.PinnedVersion is null ? null : PulpJson.Time(record.UpdatedAt)),
            new(
                "registry_path", Schema.Text,
                (record, request) => $"{Host(request)}/{record.Settings.BasePath}"),
            CommonFields.HrefOrNull<DistributionRecord>(
                "namespace", ResourceKind.Namespace, record => record.Namespace),
            CommonFields.HrefOrNull<DistributionRecord>("remote", ResourceKind.Remote, record => record.Remote),
            CommonFields.HrefOrNull<DistributionRecord>(
                "trust_policy", ResourceKind.TrustPolicy, record => record.Settings.TrustPolicy),
            new("private", Schema.Flag, record => record.Settings.Private),
            CommonFields.TextOrNull<DistributionRecord>("description", record => record.Settings.Description),
        ]);

    public static Body Body { get; } = new(
        "container.ContainerDistribution",
        BodyFields.Name("name").Required,
        BodyFields.Text("base_path", RepositoryName.MaxLength).Required,
        BodyFields.Resource("repository", ResourceKind.Repository).OrNull,
        BodyFields.Resource("repository_version", ResourceKind.RepositoryVersion).OrNull,
        BodyFields.Resource("content_guard").OrNull, // there are none: only null is taken
        BodyFields.Flag("private"),
        BodyFields.Flag("hidden"),
        BodyFields.Resource("trust_policy", ResourceKind.TrustPolicy).OrNull,
        BodyFields.Text("description").OrNull,
        BodyFields.Labels("pulp_labels"));

    /// <summary>A distribution of which nothing is said yet.</summary>
    public static DistributionSettings New(bool isPrivate) => new("", "", null, null, isPrivate, false, null, []);

    /// <summary>The settings after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">The path is none, or both a repository and a version are served.</exception>
    public static DistributionSettings Apply(BodyValues values, DistributionSettings before)
    {
        var basePath = BasePath(values, before.BasePath);
        var repository = values.Has("repository")
            ? values.Get<ResourceReference?>("repository", null)
            : before is { PinnedVersion: null, Repository: { } served } ? new(ResourceKind.Repository, served) : null;
        var version = values.Has("repository_version")
            ? values.Get<ResourceReference?>("repository_version", null)
            : before is { PinnedVersion: { } number, Repository: { } pinned }
                ? ResourceReference.Version(pinned, number)
                : null;
        if (repository is not null && version is not null)
            throw RefusedException.Field(
                PulpError.WholeObject,
                "Only one of the attributes 'repository' and 'repository_version' may be used simultaneously.");
        return new(
            values.Get("name", before.Name),
            basePath,
            repository?.Id ?? version?.Id,
            version?.Number,
            values.Get("private", before.Private),
            values.Get("hidden", before.Hidden),
            values.Get("description", before.Description),
            values.Get("pulp_labels", before.Labels))
        {
            TrustPolicy = values.Has("trust_policy")
                ? values.Get<ResourceReference?>("trust_policy", null)?.Id
                : before.TrustPolicy,
        };
    }

    /// <summary>The base path after a request.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public static string BasePath(BodyValues values, string before) =>
        values.Get("base_path", before) is var path && RepositoryName.TryParse(path, out _)
            ? path
            : throw RefusedException.Field(
                "base_path",
                "Each component of the path has lower-case letters and digits, joined by '.', '_', '__' or dashes.");

    private static string Host(HttpRequest request) =>
        request.HttpContext.RequestServices.GetRequiredService<PublicAddress>().HostOf(request);

    private static string? PinnedHref(DistributionSettings settings) =>
        settings is { Repository: { } repository, PinnedVersion: { } number }
            ? Address.Href(ResourceReference.Version(repository, number))
            : null;
}
