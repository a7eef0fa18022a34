using OrleansRegistry.Oci;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Content;

/// <summary>One piece of content of any kind, as the list of all content shows it.</summary>
public record ContentRecord(Guid Id, ContentKind Kind, Labels Labels, DateTimeOffset CreatedAt);

/// <summary>A blob. Size in bytes; those of one that is promised are not here.</summary>
public sealed record BlobRecord(
    Guid Id, Labels Labels, DateTimeOffset CreatedAt, Digest Digest, long Size, bool IsPromised)
    : ContentRecord(Id, ContentKind.Blob, Labels, CreatedAt);

/// <summary>A manifest, with what it and its config say of the image.</summary>
public sealed record ManifestRecord(
    Guid Id,
    Labels Labels,
    DateTimeOffset CreatedAt,
    Digest Digest,
    string MediaType,
    string? Annotations,
    ManifestDescription Description,
    IReadOnlyList<Guid> Listed,
    Guid? Config,
    IReadOnlyList<Guid> Layers)
    : ContentRecord(Id, ContentKind.Manifest, Labels, CreatedAt)
{
    /// <summary>The manifests that an index lists and this server does not have.</summary>
    public IReadOnlyList<Digest> Absent { get; init; } = [];
}

/// <summary>A tag: a name for one manifest, whose id is null when it is gone.</summary>
public sealed record TagRecord(Guid Id, Labels Labels, DateTimeOffset CreatedAt, Tag Name, Guid? Manifest)
    : ContentRecord(Id, ContentKind.Tag, Labels, CreatedAt);

/// <summary>A signature without its bytes.</summary>
public sealed record SignatureRecord(
    Guid Id,
    Labels Labels,
    DateTimeOffset CreatedAt,
    string Name,
    Digest Digest,
    string KeyId,
    string? Fingerprint,
    DateTimeOffset SignedAt,
    string? Creator,
    Guid Manifest)
    : ContentRecord(Id, ContentKind.Signature, Labels, CreatedAt);
