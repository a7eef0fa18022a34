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
/// <param name="Kind">Its kind.</param>
/// <param name="Key">As <see cref="ContentUnit"/> has it.</param>
public readonly record struct ContentKey(ContentKind Kind, string Key)
{
    public static ContentKey Blob(Digest digest) => new(ContentKind.Blob, digest.ToString());

    public static ContentKey Manifest(Digest digest) => new(ContentKind.Manifest, digest.ToString());

    public static ContentKey Tag(Tag name) => new(ContentKind.Tag, name.ToString());

    public static ContentKey Signature(SignatureKey key) => new(ContentKind.Signature, key.ToString());

    /// <summary>The digest of a blob or a manifest.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public Digest Digest => Digest.Parse(Key);

    public override string ToString() => $"{Kind} {Key}";
}

/// <summary>One piece of content as a repository version holds it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Blob, manifest: its digest. Tag: its name. Signature: <c>{manifest digest}@{64 hex}</c>, the SHA-256 of its bytes.</param>
/// <param name="Target">The digest of the manifest that a tag or a signature aims at, else null.</param>
public sealed record ContentUnit(ContentKind Kind, string Key, Digest? Target = null)
{
    public ContentKey InRepository => new(Kind, Key);

    /// <summary>The digest of a blob or a manifest.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public Digest Digest => Digest.Parse(Key);

    /// <summary>The name of a tag.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public Tag Name => Oci.Tag.Parse(Key);

    /// <summary>The key that makes this content unique on the whole server: a tag is its name and what it aims at.</summary>
    public string Identity => Kind is ContentKind.Tag ? $"{Key}@{Target}" : Key;

    public static ContentUnit Blob(Digest digest) => new(ContentKind.Blob, digest.ToString());

    public static ContentUnit Manifest(Digest digest) => new(ContentKind.Manifest, digest.ToString());

    public static ContentUnit Tag(Tag name, Digest manifest) => new(ContentKind.Tag, name.ToString(), manifest);

    public static ContentUnit Signature(SignatureKey key) => new(ContentKind.Signature, key.ToString(), key.Manifest);

    public override string ToString() => $"{Kind} {Identity}";
}
