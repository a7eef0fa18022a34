using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OrleansRegistry.Oci;

/// <summary>Content named by its hash: <c>sha256:</c> and 64, or <c>sha512:</c> and 128, lower-case hex digits.</summary>
/// <remarks>Built only by parsing or hashing; other algorithms are refused. Source: OCI image-spec, descriptor.md, "Digests".</remarks>
public readonly record struct Digest
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => ToString()[..6];

    /// <summary>The hash, in lower-case hex digits.</summary>
    public string Hex => ToString()[7..];

    /// <summary>Parses the text form. False for anything else, null included.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        var valid = text is not null && IsDigest(text);
        digest = valid ? new(text!) : default;
        return valid;
    }

    /// <summary>Parses text that is known to be a digest, such as a stored one.</summary>
    /// <exception cref="FormatException">The text is no digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a digest.");

    /// <summary>The SHA-256 digest of <paramref name="content"/>.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content) => FromHash("sha256", SHA256.HashData(content));

    /// <summary>The digest of <paramref name="content"/> by the algorithm that this digest uses.</summary>
    public Digest SameAlgorithmOver(ReadOnlySpan<byte> content) =>
        Algorithm == "sha512" ? FromHash("sha512", SHA512.HashData(content)) : Sha256(content);

    /// <summary>The digest that a finished hash of that algorithm spells.</summary>
    public static Digest FromHash(string algorithm, ReadOnlySpan<byte> hash) =>
        Parse($"{algorithm}:{Convert.ToHexStringLower(hash)}");

    /// <inheritdoc/>
    public override string ToString() => _text ?? "";

    // Every digest that comes from the catalogue goes through here.
    private static bool IsDigest(ReadOnlySpan<char> text) =>
        ((text.Length == 7 + 64 && text.StartsWith("sha256:")) || (text.Length == 7 + 128 && text.StartsWith("sha512:")))
        && !text[7..].ContainsAnyExcept(HexDigits);
}
