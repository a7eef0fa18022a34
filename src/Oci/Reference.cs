namespace OrleansRegistry.Oci;

/// <summary>What names a manifest in a URL: a digest, or a tag.</summary>
public readonly record struct Reference
{
    private Reference(Digest? digest, Tag tag) => (Digest, Tag) = (digest, tag);

    /// <summary>The digest, or null where the reference is a tag.</summary>
    public Digest? Digest { get; }

    /// <summary>The tag; empty where the reference is a digest.</summary>
    public Tag Tag { get; }

    /// <summary>A reference by tag.</summary>
    public static Reference To(Tag tag) => new(null, tag);

    /// <summary>A reference by digest.</summary>
    public static Reference To(Digest digest) => new(digest, default);

    /// <inheritdoc/>
    public override string ToString() => Digest?.ToString() ?? Tag.ToString();
}
