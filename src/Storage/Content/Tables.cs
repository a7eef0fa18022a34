using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <summary>Where each kind of content has what sets it apart; the rows are those of <c>content</c>.</summary>
internal static class Tables
{
    public static string Of(ContentKind kind) => kind switch
    {
        ContentKind.Blob => "blob",
        ContentKind.Manifest => "manifest",
        ContentKind.Tag => "tag",
        ContentKind.Signature => "signature",
    };
}
