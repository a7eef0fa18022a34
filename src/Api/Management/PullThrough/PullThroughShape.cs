using OrleansRegistry.Oci;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>A pull-through distribution, in answers and in requests. Source: Pulp's REST: distributions.</summary>
internal static class PullThroughShape
{
    public static Shape<PullThroughRecord> Shape { get; } = new(
        "container.ContainerPullThroughDistribution",
        [
            .. CommonFields.Of<PullThroughRecord>(
                ResourceKind.PullThroughDistribution, record => record.Id, record => record.CreatedAt,
                record => record.UpdatedAt),
            CommonFields.Text<PullThroughRecord>("name", record => record.Settings.Name),
            CommonFields.Text<PullThroughRecord>("base_path", record => record.Settings.BasePath),
            CommonFields.HrefOrNull<PullThroughRecord>(
                "remote", ResourceKind.PullThroughRemote, record => record.Settings.Remote),
            new("tag_ttl", Schema.Integer, record => record.Settings.TagTtl),
            new(
                "distributions", Schema.ListOf(Schema.Text),
                record => PulpJson.Texts(record.Children.Select(id => Address.Href(ResourceKind.Distribution, id)))),
            CommonFields.Null<PullThroughRecord>("repository"),
            CommonFields.Null<PullThroughRecord>("repository_version"),
            CommonFields.Null<PullThroughRecord>("content_guard"),
            CommonFields.Null<PullThroughRecord>("content_guard_prn"),
            new("hidden", Schema.Flag, record => record.Settings.Hidden),
            CommonFields.Labels<PullThroughRecord>(record => record.Settings.Labels),
            CommonFields.HrefOrNull<PullThroughRecord>("namespace", ResourceKind.Namespace, record => record.Namespace),
            new("private", Schema.Flag, record => record.Settings.Private),
            CommonFields.TextOrNull<PullThroughRecord>("description", record => record.Settings.Description),
        ]);

    public static Body Body { get; } = new(
        "container.ContainerPullThroughDistribution",
        BodyFields.Name("name").Required,
        BodyFields.Text("base_path", RepositoryName.MaxLength).Required,
        BodyFields.Resource("remote", ResourceKind.PullThroughRemote).Required,
        BodyFields.Integer("tag_ttl", 0),
        BodyFields.Resource("content_guard").OrNull, // there are none: only null is taken
        BodyFields.Flag("private"),
        BodyFields.Flag("hidden"),
        BodyFields.Text("description").OrNull,
        BodyFields.Labels("pulp_labels"));

    /// <summary>One of which nothing is said yet.</summary>
    public static PullThroughSettings New(bool isPrivate) =>
        new("", "", null, isPrivate, false, null, [], PullThroughSettings.UsualTagTtl);

    /// <summary>The settings after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">The path is none, or the remote is.</exception>
    public static PullThroughSettings Apply(BodyValues values, PullThroughSettings before) => new(
        values.Get("name", before.Name),
        DistributionShape.BasePath(values, before.BasePath),
        values.Has("remote")
            ? values.Get<ResourceReference?>("remote", null)?.Id
                ?? throw RefusedException.Field("remote", "This field may not be null.")
            : before.Remote,
        values.Get("private", before.Private),
        values.Get("hidden", before.Hidden),
        values.Get("description", before.Description),
        values.Get("pulp_labels", before.Labels),
        values.Get("tag_ttl", before.TagTtl));
}
