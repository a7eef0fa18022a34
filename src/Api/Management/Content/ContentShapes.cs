using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>Content in answers. Source: Pulp's REST: content, artifacts and uploads.</summary>
internal static class ContentShapes
{
    private static readonly string[] Hashes = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

    public static Shape<BlobRecord> Blob { get; } = new(
        "container.Blob",
        [
            .. Common<BlobRecord>(ResourceKind.Blob),
            CommonFields.HrefOrNull<BlobRecord>(
                "artifact", ResourceKind.Artifact, record => record.IsPromised ? null : record.Id),
            CommonFields.Text<BlobRecord>("digest", record => record.Digest.ToString()),
        ]);

    public static Shape<ManifestRecord> Manifest { get; } = new(
        "container.Manifest",
        [
            .. Common<ManifestRecord>(ResourceKind.Manifest),
            CommonFields.Text<ManifestRecord>("digest", record => record.Digest.ToString()),
            new("schema_version", Schema.Integer, _ => 2),
            CommonFields.Text<ManifestRecord>("media_type", record => record.MediaType),
            Hrefs("listed_manifests", ResourceKind.Manifest, record => record.Listed),
            new("absent_manifests", Schema.ListOf(Schema.Text), record => PulpJson.Texts(record.Absent.Select(digest => digest.ToString()))),
            CommonFields.HrefOrNull<ManifestRecord>("config_blob", ResourceKind.Blob, record => record.Config),
            Hrefs("blobs", ResourceKind.Blob, record => record.Layers),
            new(
                "annotations", Schema.Object,
                record => record.Annotations is { } json ? JsonNode.Parse(json) : new JsonObject()),
            new(
                "labels", Schema.Object,
                record => new JsonObject(record.Description.Labels.Select(
                    label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value)))),
            new("is_bootable", Schema.Flag, record => record.Description.IsBootable),
            new("is_flatpak", Schema.Flag, record => record.Description.IsFlatpak),
            CommonFields.Text<ManifestRecord>("type", record => record.Description.Type),
            CommonFields.TextOrNull<ManifestRecord>("architecture", record => record.Description.Architecture),
            CommonFields.TextOrNull<ManifestRecord>("os", record => record.Description.Os),
            Revoked<ManifestRecord>((record, withheld) => withheld.Has(record.Digest)),
            new("compressed_image_size", Schema.Integer.OrNull(), record => record.Description.LayersSize),
        ]);

    public static Shape<TagRecord> Tag { get; } = new(
        "container.Tag",
        [
            .. Common<TagRecord>(ResourceKind.Tag),
            CommonFields.Text<TagRecord>("name", record => record.Name.ToString()),
            CommonFields.HrefOrNull<TagRecord>("tagged_manifest", ResourceKind.Manifest, record => record.Manifest),
        ]);

    public static Shape<SignatureRecord> Signature { get; } = new(
        "container.ManifestSignature",
        [
            .. Common<SignatureRecord>(ResourceKind.Signature),
            CommonFields.Text<SignatureRecord>("name", record => record.Name),
            CommonFields.Text<SignatureRecord>("digest", record => record.Digest.ToString()),
            CommonFields.Text<SignatureRecord>("type", _ => "atomic"),
            CommonFields.Text<SignatureRecord>("key_id", record => record.KeyId),
            CommonFields.TextOrNull<SignatureRecord>("fingerprint", record => record.Fingerprint),
            new("timestamp", Schema.Integer, record => record.SignedAt.ToUnixTimeSeconds()),
            CommonFields.Text<SignatureRecord>("creator", record => record.Creator ?? ""),
            Revoked<SignatureRecord>((record, withheld) =>
                withheld.Find(record.KeyId, record.Fingerprint, FirstSeen.Of(record.Id)) is not null),
            CommonFields.HrefOrNull<SignatureRecord>(
                "signed_manifest", ResourceKind.Manifest, record => record.Manifest),
        ]);

    public static Shape<ContentRecord> Any { get; } = new(
        "MultipleArtifactContent",
        [
            .. CommonFields.Of<ContentRecord>(
                record => Address.Href(ResourceKinds.Of(record.Kind), record.Id),
                record => Address.Prn(ResourceKinds.Of(record.Kind), record.Id),
                record => record.CreatedAt),
            CommonFields.Labels<ContentRecord>(record => record.Labels),
            CommonFields.Null<ContentRecord>("vuln_report"),
            new("artifacts", Schema.Object, record => record.Kind is ContentKind.Blob
                ? new JsonObject { ["."] = Address.Href(ResourceKind.Artifact, record.Id) }
                : new JsonObject()),
        ]);

    /// <summary>The file of a blob. Of its hashes only the one that names it is known.</summary>
    public static Shape<BlobRecord> Artifact { get; } = new(
        "Artifact",
        [
            .. CommonFields.Of<BlobRecord>(ResourceKind.Artifact, record => record.Id, record => record.CreatedAt),
            CommonFields.Text<BlobRecord>("file", record => PathOf(record.Digest)),
            new("size", Schema.Integer, record => record.Size),
            .. from algorithm in Hashes
               select CommonFields.TextOrNull<BlobRecord>(algorithm, record => HashOf(record.Digest, algorithm)),
        ]);

    private static IEnumerable<Field<T>> Common<T>(ResourceKind kind)
        where T : ContentRecord =>
    [
        .. CommonFields.Of<T>(kind, record => record.Id, record => record.CreatedAt),
        CommonFields.Labels<T>(record => record.Labels),
        CommonFields.Null<T>("vuln_report"),
    ];

    // Only who may see what is revoked ever sees that it is.
    private static Field<T> Revoked<T>(Func<T, Withheld, bool> isRevoked) => new(
        "revoked", Schema.Flag, (record, request) =>
            request.HttpContext.Features.Get<Withheld>() is { IsNothing: false } withheld && isRevoked(record, withheld));

    private static Field<ManifestRecord> Hrefs(
        string name, ResourceKind kind, Func<ManifestRecord, IReadOnlyList<Guid>> ids) => new(
        name, Schema.ListOf(Schema.Text), record => PulpJson.Texts(ids(record).Select(id => Address.Href(kind, id))));

    private static string? HashOf(Digest digest, string algorithm) => digest.Algorithm == algorithm ? digest.Hex : null;

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex[..2]}/{digest.Hex}";
}
