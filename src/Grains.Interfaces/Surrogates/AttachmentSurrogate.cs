using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Surrogates;

/// <summary>How an <see cref="Attachment"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("attachment")]
public struct AttachmentSurrogate
{
    /// <summary>The digest of the image.</summary>
    [Id(0)]
    public string Image { get; set; }

    /// <summary>The digest of the manifest.</summary>
    [Id(1)]
    public string Manifest { get; set; }

    /// <summary>The tag that is to name it.</summary>
    [Id(2)]
    public string? Tag { get; set; }

    /// <summary>What the tag must name until then.</summary>
    [Id(3)]
    public string? Replaces { get; set; }
}

/// <summary>Carries an <see cref="Attachment"/>.</summary>
[RegisterConverter]
public sealed class AttachmentConverter : IConverter<Attachment, AttachmentSurrogate>
{
    /// <inheritdoc/>
    public Attachment ConvertFromSurrogate(in AttachmentSurrogate surrogate) =>
        new(
        Digest.Parse(surrogate.Image),
        Digest.Parse(surrogate.Manifest),
        surrogate.Tag is { } tag ? Tag.Parse(tag) : null,
        surrogate.Replaces is { } replaces ? Digest.Parse(replaces) : null);

    /// <inheritdoc/>
    public AttachmentSurrogate ConvertToSurrogate(in Attachment value) => new()
    {
        Image = value.Image.ToString(),
        Manifest = value.Manifest.ToString(),
        Tag = value.Tag?.ToString(),
        Replaces = value.Replaces?.ToString(),
    };
}
