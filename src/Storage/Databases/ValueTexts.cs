using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <summary>Values as parameters of statements have them.</summary>
internal static class ValueTexts
{
    public static string[] Texts(this IEnumerable<Digest> digests) => [.. digests.Select(digest => digest.ToString())];

    public static string[] Texts(this IEnumerable<Tag> tags) => [.. tags.Select(tag => tag.ToString())];
}
