using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>The four kinds of content. The numbers are stored.</summary>
public enum ContentKind : short
{
    Blob = 1,
    Manifest = 2,
    Tag = 3,
    Signature = 4,
}

/// <summary>What is unique within one repository version: one blob or manifest of a digest, one tag of a name.</summary>
public readonly record struct ContentKey(ContentKind Kind, string Key);

/// <summary>One piece of content as a repository version holds it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Blob, manifest: its digest. Tag: its name. Signature: <c>{manifest digest}@{64 hex}</c>, the SHA-256 of its bytes.</param>
/// <param name="Target">The digest of the manifest that a tag or a signature aims at, else null.</param>
public sealed record ContentUnit(ContentKind Kind, string Key, string? Target = null)
{
    public ContentKey InRepository => new(Kind, Key);

    /// <summary>The key that makes this content unique on the whole server: a tag is its name and what it aims at.</summary>
    public string Identity => Kind is ContentKind.Tag ? $"{Key}@{Target}" : Key;

    public static ContentUnit Blob(Digest digest) => new(ContentKind.Blob, digest.ToString());

    public static ContentUnit Manifest(Digest digest) => new(ContentKind.Manifest, digest.ToString());

    public static ContentUnit Tag(Tag name, Digest manifest) => new(ContentKind.Tag, name.ToString(), manifest.ToString());
}
