using System.Text.RegularExpressions;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>Which tags can be signed. Those that hold what cosign attached to an image are not images, and never are.</summary>
public static partial class SignableTags
{
    public static IEnumerable<ContentUnit> Among(IEnumerable<ContentUnit> tags) =>
        tags.Where(tag => !IsCompanion(tag.Name));

    public static bool IsCompanion(Tag tag) => Companion.IsMatch(tag.ToString());

    [GeneratedRegex(@"\Asha(256|512)-[0-9a-f]{64}(\.(sig|att|sbom))?\z")]
    private static partial Regex Companion { get; }
}
