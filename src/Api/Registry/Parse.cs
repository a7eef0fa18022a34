using System.Globalization;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Registry;

/// <summary>Text from a request into values, or the refusal that tells what is wrong with it.</summary>
internal static class Parse
{
    /// <summary>A name as <see cref="NestedNames"/> folded it into one segment.</summary>
    public static RepositoryName RepositoryName(string folded) =>
        Oci.RepositoryName.TryParse(NestedNames.Unfold(folded), out var name)
            ? name
            : throw new ProblemException(
                ProblemKind.NameInvalid,
                "A repository name has lower-case components of letters and digits, joined by '.', '_', '__' or dashes, "
                + $"separated by '/', and at most {Oci.RepositoryName.MaxLength} characters.",
                NestedNames.Unfold(folded));

    public static Digest Digest(string? text) =>
        Oci.Digest.TryParse(text, out var digest)
            ? digest
            : throw new ProblemException(
                ProblemKind.DigestInvalid,
                "A digest is 'sha256:' and 64, or 'sha512:' and 128, lower-case hexadecimal digits.",
                text);

    public static Tag Tag(string? text) =>
        Oci.Tag.TryParse(text, out var tag)
            ? tag
            : throw new ProblemException(
                ProblemKind.ReferenceInvalid,
                "A tag is a letter, a digit or '_', followed by up to 127 letters, digits, '_', '.' and '-'.",
                text);

    /// <summary>A digest where there is a colon, else a tag.</summary>
    public static Reference Reference(string text) =>
        text.Contains(':') ? Oci.Reference.To(Digest(text)) : Oci.Reference.To(Tag(text));

    /// <summary>An upload's id; text that is none names no upload.</summary>
    public static Guid Upload(string text) =>
        Guid.TryParseExact(text, "D", out var id)
            ? id
            : throw new ProblemException(ProblemKind.UploadUnknown, "There is no such upload.", text);

    /// <summary>Where a page begins: behind that entry, which need not exist.</summary>
    public static string? Last(string? last) => last?.Contains('\0') == true
        ? throw new ProblemException(ProblemKind.PageInvalid, "'last' holds a null character, which no name does.")
        : last;

    /// <summary>How many entries a page may have: <paramref name="n"/>, at most <paramref name="most"/>.</summary>
    public static int PageSize(string? n, int usual, int most)
    {
        if (n is null)
            return usual;
        return int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? Math.Min(size, most)
            : n.Length > 0 && n.All(char.IsAsciiDigit)
                ? most
                : throw new ProblemException(ProblemKind.PageInvalid, "'n' is the number of entries wanted.", n);
    }
}
