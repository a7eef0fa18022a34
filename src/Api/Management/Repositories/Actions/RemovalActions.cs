using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Management;

/// <summary>Removing images and signatures. Source: Pulp's REST: repository actions.</summary>
internal static class RemovalActions
{
    public static IEnumerable<ContentAction> All => [RemoveImage, RemoveSignatures];

    private static ContentAction RemoveImage { get; } = new(
        "remove_image",
        new("RemoveImage", BodyFields.Digest("digest").Required),
        async request =>
        {
            var manifest = request.Values.Get<Digest>("digest", default);
            await request.Checks.RequireAsync(request.Repository, manifest, request.Token);
            return new RemoveManifest(manifest);
        });

    /// <summary>By key, by image, by a list: what is given must hold all together; nothing means all.</summary>
    private static ContentAction RemoveSignatures { get; } = new(
        "remove_signatures",
        new(
            "RemoveSignatures",
            BodyFields.Text("signed_with_key_id"),
            BodyFields.Texts("content_units"),
            BodyFields.Digest("digest"))
        {
            MostBytes = Body.ListBytes,
        },
        async request =>
        {
            var key = request.Values.Find<string>("signed_with_key_id")?.ToUpperInvariant();
            var listed = request.Values.Find<List<string>>("content_units") is { } content
                ? await request.Checks.Units.ReadOrAllAsync("content_units", content, request.Token)
                : null;
            if (key is not null && !key.All(char.IsAsciiHexDigit) || key?.Length is not (null or 16 or 40 or 64))
                throw RefusedException.Field(
                    "signed_with_key_id", "Enter a key id of 16 hexadecimal digits, or a fingerprint of 40 or 64.");
            var change = new RemoveSignatures(listed, key, request.Values.Get<Digest?>("digest", null));
            await request.Checks.RequireSignaturesAsync(request.Repository.Id, change, request.Token);
            return change;
        });
}
