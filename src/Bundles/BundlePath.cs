using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>The parts of a bundle, in the order in which they lie in it.</summary>
public enum BundlePart
{
    /// <summary>What makes it an OCI image layout, and what is known of keys.</summary>
    Layout,
    Content,
    Signatures,
    Lists,
}

/// <summary>
/// Where a file lies in a bundle. Nothing else may lie there: no other path can be made. Paths have one order: by part, by
/// directory, and there shorter names first.
/// </summary>
/// <remarks>Sources: OCI image-spec, image-layout.md; containers-registries.d(5) for signatures.</remarks>
public sealed partial class BundlePath
{
    public const string Document = "registry.json";
    public const string DocumentSignature = "registry.json.sig";

    // As paths are compared: shorter names first.
    private static readonly string[] LayoutFiles = ["keys.json", "index.json", "oci-layout", "revocations.json"];

    private readonly string _directory;
    private readonly string _name;

    private BundlePath(BundlePart part, string text, Digest? names = null, Digest? signs = null)
    {
        var slash = text.LastIndexOf('/');
        (Part, Text, Names, Signs) = (part, text, names, signs);
        (_directory, _name) = (text[..(slash + 1)], text[(slash + 1)..]);
    }

    public BundlePart Part { get; }

    public string Text { get; }

    /// <summary>The digest that the bytes must have; null where the path does not say.</summary>
    public Digest? Names { get; }

    /// <summary>What a signature is of; null of everything else.</summary>
    public Digest? Signs { get; }

    public static BundlePath Layout { get; } = new(BundlePart.Layout, "oci-layout");

    public static BundlePath Index { get; } = new(BundlePart.Layout, "index.json");

    public static BundlePath Keys { get; } = new(BundlePart.Layout, "keys.json");

    public static BundlePath Revocations { get; } = new(BundlePart.Layout, "revocations.json");

    /// <summary>A blob or a manifest.</summary>
    public static BundlePath Content(Digest digest) =>
        new(BundlePart.Content, $"blobs/{digest.Algorithm}/{digest.Hex}", digest);

    /// <param name="repository">What the image is called, without registry and tag.</param>
    /// <param name="manifest">What is signed.</param>
    /// <param name="number">Counted from 1.</param>
    public static BundlePath Signature(RepositoryName repository, Digest manifest, int number) => new(
        BundlePart.Signatures,
        string.Create(
            CultureInfo.InvariantCulture,
            $"signatures/{repository}@{manifest.Algorithm}={manifest.Hex}/signature-{number}"),
        signs: manifest);

    /// <summary>The list of what a repository holds.</summary>
    /// <param name="number">Counted from 1, as the repositories in the document.</param>
    public static BundlePath List(int number) =>
        new(BundlePart.Lists, string.Create(CultureInfo.InvariantCulture, $"contents/{number}.jsonl"));

    /// <summary>Reads a path. False for everything that no bundle has.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BundlePath? path)
    {
        path = Array.IndexOf(LayoutFiles, text) >= 0 ? new(BundlePart.Layout, text)
            : ContentGrammar.Match(text) is { Success: true } content
                && Digest.TryParse($"{content.Groups[1].Value}:{content.Groups[2].Value}", out var digest) ? Content(digest)
            : ListGrammar.IsMatch(text) ? new(BundlePart.Lists, text)
            : SignatureGrammar.Match(text) is { Success: true } signature
                && RepositoryName.TryParse(signature.Groups[1].Value, out _)
                && Digest.TryParse($"{signature.Groups[2].Value}:{signature.Groups[3].Value}", out var signed)
                ? new(BundlePart.Signatures, text, signs: signed)
            : null;
        return path is not null;
    }

    /// <summary>Less than 0 where the one lies before the other, 0 where they are the same.</summary>
    public static int Compare(BundlePath one, BundlePath other)
    {
        var byPart = one.Part.CompareTo(other.Part);
        if (byPart != 0)
            return byPart;
        var byDirectory = string.CompareOrdinal(one._directory, other._directory);
        if (byDirectory != 0)
            return byDirectory;
        var byLength = one._name.Length.CompareTo(other._name.Length);
        return byLength != 0 ? byLength : string.CompareOrdinal(one._name, other._name);
    }

    public override string ToString() => Text;

    [GeneratedRegex(@"\Ablobs/(sha256|sha512)/([0-9a-f]+)\z")]
    private static partial Regex ContentGrammar { get; }

    [GeneratedRegex(@"\Acontents/[1-9][0-9]{0,5}\.jsonl\z")]
    private static partial Regex ListGrammar { get; }

    [GeneratedRegex(@"\Asignatures/(.{1,255})@(sha256|sha512)=([0-9a-f]+)/signature-[1-9][0-9]{0,5}\z")]
    private static partial Regex SignatureGrammar { get; }
}
