using System.Text.Json;

namespace OrleansRegistry.Oci;

/// <summary>
/// Refuses manifests that two clients read differently: a member that is there twice, of which some take the first and
/// some the last, and a member whose name differs from one of the format in letter case, which Go's clients take for it.
/// </summary>
internal static class ManifestMembers
{
    private static readonly string[] OfDescriptor =
        ["mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"];

    private static readonly string[] OfPlatform =
        ["architecture", "os", "os.version", "os.features", "variant", "features"];

    private static readonly string[] OfManifest =
        ["schemaVersion", "mediaType", "artifactType", "config", "layers", "manifests", "subject", "annotations"];

    private static readonly HashSet<string> Manifest = Folded(OfManifest);
    private static readonly HashSet<string> Descriptor = Folded(OfDescriptor);
    private static readonly HashSet<string> Platform = Folded(OfPlatform);

    /// <exception cref="InvalidManifestException">There is such a member; the message gives its path.</exception>
    public static void Check(JsonElement root) => CheckObject(root, OfManifest, Manifest, "");

    // Names of the format are fixed by where the object stands; elsewhere, as among annotations, letter case counts.
    private static void CheckObject(JsonElement element, string[] names, HashSet<string> folded, string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var where = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!seen.Add(member.Name))
                throw new InvalidManifestException(
                    $"'{Shown(where)}' is there twice: some clients read the first, some the last.");
            if (!names.Contains(member.Name) && folded.Contains(Fold(member.Name)))
                throw new InvalidManifestException(
                    $"'{Shown(where)}' differs from a member of the format in letter case only: some clients take it for "
                    + "that, some do not.");
            CheckValue(member.Value, names.Length == 0 ? null : member.Name, where);
        }
    }

    private static void CheckValue(JsonElement value, string? member, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when member is "config" or "subject" or "layers" or "manifests":
                CheckObject(value, OfDescriptor, Descriptor, path);
                break;
            case JsonValueKind.Object when member is "platform":
                CheckObject(value, OfPlatform, Platform, path);
                break;
            case JsonValueKind.Object:
                CheckObject(value, [], [], path);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var element in value.EnumerateArray())
                    CheckValue(element, member, $"{path}[{index++}]");
                break;
        }
    }

    private static HashSet<string> Folded(string[] names) => [.. names.Select(Fold)];

    // As Go folds: of all letters that are no ASCII, two are an s and a k.
    private static string Fold(string name) =>
        name.Replace('\u017F', 's').Replace('\u212A', 'k').ToLowerInvariant();

    // What comes from outside has no end.
    private static string Shown(string path) => path.Length <= 200 ? path : $"{path[..200]}…";
}
