using System.Text.RegularExpressions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>
/// Which images of an index are wanted: of platforms such as <c>linux/amd64</c>, which takes every variant, or
/// <c>linux/arm64/v8</c>. An entry that names no platform is wanted by all.
/// </summary>
public sealed partial class PlatformSelection(IReadOnlyList<string>? platforms)
{
    private readonly List<string[]> _wanted = [.. (platforms ?? []).Select(platform => platform.Split('/'))];

    /// <summary>Whether anything is left out.</summary>
    public bool IsAll => _wanted.Count == 0;

    /// <summary>Whether the text names a platform.</summary>
    public static bool IsPlatform(string text) => Grammar.IsMatch(text);

    /// <summary>The manifests that an index lists, and that are wanted.</summary>
    public IEnumerable<Digest> ChildrenOf(ManifestDocument document) => IsAll
        ? document.Children
        : document.Entries
            .Where(entry => MediaTypes.IsManifest(entry.MediaType) && (entry.Platform is not { } platform || Wants(platform)))
            .Select(entry => entry.Digest).Distinct();

    private bool Wants(Platform platform) => _wanted.Exists(wanted =>
        wanted[0] == platform.Os && wanted[1] == platform.Architecture
        && (wanted.Length < 3 || wanted[2] == platform.Variant));

    [GeneratedRegex(@"\A[a-z0-9]+/[a-z0-9]+(/[a-z0-9.]+)?\z")]
    private static partial Regex Grammar { get; }
}
