using OrleansRegistry.Oci;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>What the actions on repositories take. Source: Pulp's REST: repository actions.</summary>
internal static class ActionBodies
{
    private static readonly string[] ManifestTypes =
    [
        MediaTypes.DockerSchema1, MediaTypes.DockerManifest, MediaTypes.DockerList,
        MediaTypes.OciManifest, MediaTypes.OciIndex,
    ];

    public static Body Add { get; } = new(
        "RecursiveAdd", BodyFields.Texts("content_units"), BodyFields.Flag("require_manifest"))
    {
        MostBytes = Body.ListBytes,
    };

    public static Body Remove { get; } = new("RecursiveRemove", BodyFields.Texts("content_units"))
    {
        MostBytes = Body.ListBytes,
    };

    public static Body Modify { get; } = new(
        "RepositoryAddRemoveContent",
        BodyFields.Texts("add_content_units"),
        BodyFields.Texts("remove_content_units"))
    {
        MostBytes = Body.ListBytes,
    };

    public static Body Tag { get; } = new("TagImage", TagName.Required, Digest("digest").Required);

    public static Body Untag { get; } = new("UnTagImage", TagName.Required);

    public static Body CopyTags { get; } = new("TagCopy", [.. Source, BodyFields.Texts("names"), WithSignatures])
    {
        MostBytes = Body.ListBytes,
    };

    public static Body CopyManifests { get; } = new(
        "ManifestCopy",
        [
            .. Source,
            BodyFields.Texts("digests"),
            BodyFields.Texts("media_types", choices: ManifestTypes),
            WithSignatures,
        ])
    {
        MostBytes = Body.ListBytes,
    };

    public static Body RemoveImage { get; } = new("RemoveImage", Digest("digest").Required);

    public static Body RemoveSignatures { get; } = new(
        "RemoveSignatures",
        BodyFields.Text("signed_with_key_id"),
        BodyFields.Texts("content_units"),
        Digest("digest"))
    {
        MostBytes = Body.ListBytes,
    };

    public static Body RollBack { get; } = new("RollBack", BodyFields.Integer("number", 0).Required);

    public static Body Repair { get; } = new("Repair", BodyFields.Flag("verify_checksums"));

    private static BodyField WithSignatures => BodyFields.Flag("with_signatures");

    private static IEnumerable<BodyField> Source =>
    [
        BodyFields.Resource("source_repository", ResourceKind.Repository),
        BodyFields.Resource("source_repository_version", ResourceKind.RepositoryVersion),
    ];

    private static BodyField TagName => Checked(BodyFields.Text("tag"), text => Oci.Tag.TryParse(text, out _)
        ? null
        : "This value does not match the pattern [A-Za-z0-9_][A-Za-z0-9._-]{0,127}.");

    private static BodyField Digest(string name) => Checked(
        BodyFields.Text(name),
        text => Oci.Digest.TryParse(text, out _)
            ? null
            : "A digest is 'sha256:' and 64, or 'sha512:' and 128, lower-case hexadecimal digits.");

    private static BodyField Checked(BodyField field, Func<string, string?> check) => field with
    {
        Read = node => field.Read(node) is string text && check(text) is { } refusal
            ? throw new InvalidValueException(refusal)
            : field.Read(node),
    };
}
