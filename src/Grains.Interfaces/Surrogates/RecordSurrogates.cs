using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="Binding"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("binding")]
public struct BindingSurrogate
{
    /// <summary>The repository's id.</summary>
    [Id(0)]
    public Guid Repository { get; set; }

    /// <summary>The version that is served, or null for the latest.</summary>
    [Id(1)]
    public int? PinnedVersion { get; set; }

    /// <summary>Whether a pull made it.</summary>
    [Id(2)]
    public bool IsPulledThrough { get; set; }
}

/// <summary>Carries a <see cref="Binding"/>.</summary>
[RegisterConverter]
public sealed class BindingConverter : IConverter<Binding, BindingSurrogate>
{
    /// <inheritdoc/>
    public Binding ConvertFromSurrogate(in BindingSurrogate surrogate) =>
        new(surrogate.Repository, surrogate.PinnedVersion, surrogate.IsPulledThrough);

    /// <inheritdoc/>
    public BindingSurrogate ConvertToSurrogate(in Binding value) =>
        new()
        {
            Repository = value.Repository,
            PinnedVersion = value.PinnedVersion,
            IsPulledThrough = value.IsPulledThrough,
        };
}

/// <summary>How a <see cref="SealedUpload"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("sealed-upload")]
public struct SealedUploadSurrogate
{
    /// <summary>The repository that the upload belongs to.</summary>
    [Id(0)]
    public Guid Repository { get; set; }

    /// <summary>The upload's id.</summary>
    [Id(1)]
    public Guid Upload { get; set; }

    /// <summary>The proven digest.</summary>
    [Id(2)]
    public Digest Digest { get; set; }

    /// <summary>Length in bytes.</summary>
    [Id(3)]
    public long Size { get; set; }
}

/// <summary>Carries a <see cref="SealedUpload"/>.</summary>
[RegisterConverter]
public sealed class SealedUploadConverter : IConverter<SealedUpload, SealedUploadSurrogate>
{
    /// <inheritdoc/>
    public SealedUpload ConvertFromSurrogate(in SealedUploadSurrogate surrogate) =>
        new(surrogate.Repository, surrogate.Upload, surrogate.Digest, surrogate.Size);

    /// <inheritdoc/>
    public SealedUploadSurrogate ConvertToSurrogate(in SealedUpload value) => new()
    {
        Repository = value.Repository,
        Upload = value.Upload,
        Digest = value.Digest,
        Size = value.Size,
    };
}
