using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>Copying out of another repository. Source: Pulp's REST: repository actions.</summary>
internal static class CopyActions
{
    private static readonly string[] ManifestTypes =
    [
        MediaTypes.DockerSchema1, MediaTypes.DockerManifest, MediaTypes.DockerList,
        MediaTypes.OciManifest, MediaTypes.OciIndex,
    ];

    public static IEnumerable<ContentAction> All => [CopyTags, CopyManifests];

    private static ContentAction CopyTags { get; } = new(
        "copy_tags",
        new("TagCopy", [.. Source, BodyFields.Texts("names"), WithSignatures]) { MostBytes = Body.ListBytes },
        request => Task.FromResult<RepositoryChange>(Copy(
            request.Values, tags: true, request.Values.Find<List<string>>("names"), mediaTypes: null)));

    private static ContentAction CopyManifests { get; } = new(
        "copy_manifests",
        new(
            "ManifestCopy",
            [
                .. Source,
                BodyFields.Texts("digests"),
                BodyFields.Texts("media_types", choices: ManifestTypes),
                WithSignatures,
            ])
        {
            MostBytes = Body.ListBytes,
        },
        request => Task.FromResult<RepositoryChange>(Copy(
            request.Values, tags: false, request.Values.Find<List<string>>("digests"),
            request.Values.Find<List<string>>("media_types"))));

    private static BodyField WithSignatures => BodyFields.Flag("with_signatures");

    private static IEnumerable<BodyField> Source =>
    [
        BodyFields.Resource("source_repository", ResourceKind.Repository),
        BodyFields.Resource("source_repository_version", ResourceKind.RepositoryVersion),
    ];

    private static CopyContent Copy(BodyValues values, bool tags, List<string>? names, List<string>? mediaTypes)
    {
        var selection = new CopySelection(tags, names, mediaTypes, values.Get("with_signatures", false));
        var repository = values.Get<ResourceReference?>("source_repository", null);
        var version = values.Get<ResourceReference?>("source_repository_version", null);
        return (repository, version) switch
        {
            ({ } latest, null) => new CopyContent(latest.Id, null, selection),
            (null, { } pinned) => new CopyContent(pinned.Id, pinned.Number, selection),
            _ => throw RefusedException.Field(
                PulpError.WholeObject,
                "Exactly one of 'source_repository' and 'source_repository_version' must be given."),
        };
    }
}
