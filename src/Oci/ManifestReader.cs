using System.Text.Json;

namespace OrleansRegistry.Oci;

/// <summary>From JSON to <see cref="ManifestDocument"/>: every member that matters must have its type and its grammar.</summary>
internal static class ManifestReader
{
    public static ManifestDocument Read(JsonElement root, string? claimedType)
    {
        if (root.ValueKind is not JsonValueKind.Object)
            throw new InvalidManifestException("The manifest is not a JSON object.");
        ManifestMembers.Check(root);

        var mediaType = MediaTypeOf(root, claimedType);
        var isIndex = MediaTypes.IsIndex(mediaType);
        if (!isIndex && Optional(root, "manifests") is not null)
            throw new InvalidManifestException("An image manifest has no 'manifests'; an index does.");
        if (isIndex && (Optional(root, "layers") is not null || Optional(root, "config") is not null))
            throw new InvalidManifestException("An index has no 'layers' and no 'config'; an image manifest does.");

        return new ManifestDocument
        {
            MediaType = mediaType,
            ArtifactType = Text(root, "artifactType"),
            Config = isIndex ? null : Descriptor(Required(root, "config"), "config"),
            Layers = isIndex ? [] : Descriptors(root, "layers"),
            Entries = isIndex ? Descriptors(root, "manifests") : [],
            Subject = Optional(root, "subject") is { } subject ? Descriptor(subject, "subject") : null,
            Annotations = Annotations(root),
        };
    }

    private static string MediaTypeOf(JsonElement root, string? claimedType)
    {
        // Docker schema 1 has signed forms whose digest is not the hash of the bytes.
        if (claimedType is MediaTypes.DockerSchema1 or MediaTypes.DockerSchema1Signed || Version(root) is 1)
            throw new InvalidManifestException(
                "Docker schema 1 manifests are not accepted; push the image as OCI or as Docker schema 2.");
        if (Version(root) is not 2)
            throw new InvalidManifestException("The manifest's 'schemaVersion' is not 2.");

        var written = Text(root, "mediaType");
        var known = MediaTypes.IsManifest(claimedType) ? claimedType : null;
        if (written is not null && known is not null && written != known)
            throw new InvalidManifestException(
                $"The manifest says that it is '{written}', but came with Content-Type '{claimedType}'.");

        // Docker's own clients always write it. Without it, whoever came first would decide for everybody what the bytes are.
        if (written is null && known is MediaTypes.DockerManifest or MediaTypes.DockerList)
            throw new InvalidManifestException(
                $"The manifest came as '{claimedType}' and does not say so itself: its 'mediaType' is missing.");

        var mediaType = written ?? known ?? (claimedType is null or "application/json" ? Guess(root) : claimedType);
        return MediaTypes.IsManifest(mediaType)
            ? mediaType
            : throw new InvalidManifestException($"'{mediaType}' is not a manifest type that this registry keeps.");
    }

    // A manifest without a media type of its own: the OCI specification makes the member optional.
    private static string Guess(JsonElement root) =>
        Optional(root, "manifests") is not null
        || (root.TryGetProperty("manifests", out _) && Optional(root, "config") is null)
            ? MediaTypes.OciIndex
            : MediaTypes.OciManifest;

    private static int? Version(JsonElement root) =>
        root.TryGetProperty("schemaVersion", out var version)
        && version.ValueKind is JsonValueKind.Number && version.TryGetInt32(out var number) ? number : null;

    // To Go's clients null, and nothing at all, are an empty list; some of them write it so.
    private static List<Descriptor> Descriptors(JsonElement root, string name)
    {
        if (Optional(root, name) is not { } array)
            return [];
        if (array.ValueKind is not JsonValueKind.Array)
            throw new InvalidManifestException($"'{name}' is not an array.");
        return [.. array.EnumerateArray().Select((element, index) => Descriptor(element, $"{name}[{index}]"))];
    }

    private static Descriptor Descriptor(JsonElement element, string where)
    {
        if (element.ValueKind is not JsonValueKind.Object)
            throw new InvalidManifestException($"'{where}' is not an object.");
        if (Text(element, "mediaType") is not { Length: > 0 } mediaType)
            throw new InvalidManifestException($"'{where}.mediaType' is missing.");
        if (!Digest.TryParse(Text(element, "digest"), out var digest))
            throw new InvalidManifestException($"'{where}.digest' is not a sha256 or sha512 digest.");
        var size = Required(element, "size");
        if (size.ValueKind is not JsonValueKind.Number || !size.TryGetInt64(out var length) || length < 0)
            throw new InvalidManifestException($"'{where}.size' is not a number of bytes.");
        return new(mediaType, digest, length) { Platform = PlatformOf(element) };
    }

    // What is no platform is none: clients choose by it, and a registry keeps the index as it is.
    private static Platform? PlatformOf(JsonElement element) =>
        element.TryGetProperty("platform", out var platform) && platform.ValueKind is JsonValueKind.Object
        && Word(platform, "os") is { } os && Word(platform, "architecture") is { } architecture
            ? new(os, architecture, Word(platform, "variant"))
            : null;

    private static string? Word(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static Dictionary<string, string> Annotations(JsonElement root)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Optional(root, "annotations") is not { } members)
            return annotations;
        if (members.ValueKind is not JsonValueKind.Object)
            throw new InvalidManifestException("'annotations' is not an object.");
        foreach (var member in members.EnumerateObject())
            annotations[member.Name] = member.Value.ValueKind is JsonValueKind.String
                ? member.Value.GetString()!
                : throw new InvalidManifestException($"'annotations.{member.Name}' is not a string.");
        return annotations;
    }

    private static JsonElement Required(JsonElement element, string name) =>
        Optional(element, name) ?? throw new InvalidManifestException($"'{name}' is missing.");

    private static JsonElement? Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement element, string name) => Optional(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text when !text.GetString()!.Contains('\0') => text.GetString(),
        _ => throw new InvalidManifestException($"'{name}' is not a string of text."),
    };
}
