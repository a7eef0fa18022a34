using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Repositories;

/// <summary>How much an image may carry. Section <c>Signatures</c>.</summary>
/// <remarks>Clients fail on an image with more: 128 signatures by lookaside, an answer of 4 MiB by the extension.</remarks>
public sealed class SignatureOptions
{
    /// <summary>The most signatures of one image in one repository.</summary>
    [Range(1, 100_000)]
    public int MostPerImage { get; set; } = 127;

    /// <summary>The most bytes that those have together, before base64 makes them a third longer.</summary>
    [Range(64 * 1024, int.MaxValue)]
    public long MostBytesPerImage { get; set; } = 3_000_000;
}
