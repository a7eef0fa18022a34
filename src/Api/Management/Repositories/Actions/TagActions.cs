using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Management;

/// <summary>Naming manifests. Source: Pulp's REST: repository actions.</summary>
internal static class TagActions
{
    public static IEnumerable<ContentAction> All => [TagImage, UntagImage];

    private static ContentAction TagImage { get; } = new(
        "tag",
        new("TagImage", BodyFields.Tag("tag").Required, BodyFields.Digest("digest").Required),
        async request =>
        {
            var manifest = request.Values.Get<Digest>("digest", default);
            await request.Checks.RequireAsync(request.Repository, manifest, request.Token);
            return new TagManifest(request.Values.Get<Tag>("tag", default), manifest);
        });

    private static ContentAction UntagImage { get; } = new(
        "untag",
        new("UnTagImage", BodyFields.Tag("tag").Required),
        async request =>
        {
            var tag = request.Values.Get<Tag>("tag", default);
            await request.Checks.RequireAsync(request.Repository, tag, request.Token);
            return new Untag(tag);
        });
}
