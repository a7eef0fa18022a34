using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>What signing takes. Source: Pulp's REST: repository actions.</summary>
internal static class SignBodies
{
    // As long as a tag can be.
    private const int MaxPattern = 128;

    public const string Service = "manifest_signing_service";
    public const string BasePath = "future_base_path";
    public const string Tags = "tags_list";
    public const string Units = "content_units";
    public const string Digests = "digests";
    public const string Untagged = "include_untagged";
    public const string Force = "force";
    public const string AllOrNothing = "all_or_nothing";
    public const string Reference = "reference";

    public static Body Repository { get; } = new(
        "RepositorySign",
        BodyFields.Resource(Service, ResourceKind.SigningService).OrNull,
        BodyFields.Text(BasePath),
        BodyFields.Texts(Tags, MaxPattern),
        BodyFields.Texts(Units),
        BodyFields.Texts(Digests),
        BodyFields.Flag(Untagged),
        BodyFields.Flag(Force),
        BodyFields.Flag(AllOrNothing))
    {
        MostBytes = Body.ListBytes,
    };

    public static Body Manifest { get; } = new(
        "ManifestSign",
        BodyFields.Resource(Service, ResourceKind.SigningService).Required,
        BodyFields.Image(Reference).Required,
        BodyFields.Flag(Force));
}
