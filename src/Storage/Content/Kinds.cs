using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <summary>The numbers of <see cref="ContentKind"/>, as SQL has them.</summary>
internal static class Kinds
{
    public const string Blob = "1";
    public const string Manifest = "2";
    public const string Tag = "3";
    public const string Signature = "4";

    /// <summary>What signs an image: signatures, and manifests that attach them.</summary>
    public const string Signing = $"{Manifest}, {Signature}";
}

/// <summary>The numbers of <see cref="LinkKind"/>, as SQL has them.</summary>
internal static class Links
{
    public const string Config = "1";
    public const string Layer = "2";
    public const string Child = "3";
    public const string Subject = "4";

    /// <summary>What names blobs.</summary>
    public const string Blobs = $"{Config}, {Layer}";

    /// <summary>What names manifests.</summary>
    public const string Manifests = $"{Child}, {Subject}";

    /// <summary>What a manifest is not whole without.</summary>
    public const string Parts = $"{Blobs}, {Child}";
}
