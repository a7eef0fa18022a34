namespace OrleansRegistry.Oci;

/// <summary>What a manifest says of one thing it names. Source: OCI image-spec, descriptor.md.</summary>
/// <param name="MediaType">The media type that the manifest claims for it.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its length in bytes, as claimed.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size)
{
    /// <summary>What the image runs on, where an index says so; else null.</summary>
    public Platform? Platform { get; init; }
}

/// <summary>What an image runs on. Source: OCI image-spec, image-index.md, <c>platform</c>.</summary>
public sealed record Platform(string Os, string Architecture, string? Variant);
