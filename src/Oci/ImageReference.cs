using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Oci;

/// <summary>
/// An image's full name as clients write it, <c>[domain/]path[:tag][@digest]</c>, normalised: with its domain, and with
/// <c>library/</c> for short names of docker.io. Compared as exact text, host in its own case.
/// </summary>
/// <remarks>Built only by parsing. No default tag is added. Source: distribution/reference, the grammar of references.</remarks>
public sealed partial record ImageReference
{
    private const int MaxNameLength = 255;
    private const int MaxTextLength = 1024;
    private const string DefaultDomain = "docker.io";

    // Without backtracking: the text comes from outside.
    private static readonly Regex Path = new(
        @"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private ImageReference(string name, string? tag, string? digest) => (Name, Tag, Digest) = (name, tag, digest);

    /// <summary>Domain and path, such as <c>docker.io/library/busybox</c>.</summary>
    public string Name { get; }

    /// <summary>Null where the text gives none.</summary>
    public string? Tag { get; }

    /// <summary>By SHA-256, SHA-384 or SHA-512; null where the text gives none.</summary>
    public string? Digest { get; }

    /// <summary>Host and port, such as <c>registry.example.org:5000</c>.</summary>
    public string Domain => Name[..Name.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Whether it names a repository only.</summary>
    public bool IsNameOnly => Tag is null && Digest is null;

    /// <summary>Parses and normalises. False for anything else, null and a bare 64-digit hash included.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (string.IsNullOrEmpty(text) || text.Length > MaxTextLength || BareHash.IsMatch(text))
            return false;
        var match = Suffixes.Match(text);
        if (!match.Success || !TryNormalise(match.Groups["name"].Value, out var name))
            return false;
        reference = new(name, Given(match.Groups["tag"]), Given(match.Groups["digest"]));
        return true;
    }

    /// <summary>Whether its name is that one, or lies below it: whole components count.</summary>
    public bool IsOrIsBelow(string prefix) =>
        Name.StartsWith(prefix, StringComparison.Ordinal)
        && (Name.Length == prefix.Length || Name[prefix.Length] == '/');

    /// <summary>What a user who wrote neither tag nor digest pulls: the tag <c>latest</c>.</summary>
    public ImageReference WithDefaultTag() => IsNameOnly ? new(Name, "latest", null) : this;

    /// <inheritdoc/>
    public override string ToString() => string.Concat(
        Name, Tag is null ? "" : $":{Tag}", Digest is null ? "" : $"@{Digest}");

    /// <summary>Whether the text is a host, with or without port, or a name below one, without tag or digest.</summary>
    public static bool IsPrefix(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return text.Length <= MaxNameLength
            && Domains.IsMatch(slash < 0 ? text : text[..slash])
            && (slash < 0 || Path.IsMatch(text[(slash + 1)..]));
    }

    private static bool TryNormalise(string text, [NotNullWhen(true)] out string? name)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : text[..slash];
        var isQualified = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost";
        var domain = isQualified && first != "index.docker.io" ? first : DefaultDomain;
        var path = isQualified ? text[(slash + 1)..] : text;
        if (domain == DefaultDomain && !path.Contains('/', StringComparison.Ordinal))
            path = $"library/{path}";
        name = $"{domain}/{path}";
        return name.Length <= MaxNameLength && Domains.IsMatch(domain) && Path.IsMatch(path);
    }

    private static string? Given(Group group) => group.Success ? group.Value : null;

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex BareHash { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]+)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Domains { get; }

    // The name ends before the first @, and before the last colon that no slash follows.
    [GeneratedRegex(
        @"\A(?<name>[^@]+?)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?" +
        @"(@(?<digest>sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Suffixes { get; }
}
