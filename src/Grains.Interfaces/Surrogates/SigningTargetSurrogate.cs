using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="SigningTarget"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("signing-target")]
public struct SigningTargetSurrogate
{
    /// <summary>The digest of the manifest.</summary>
    [Id(0)]
    public string Manifest { get; set; }

    /// <summary>The SHA-256 digest of its bytes.</summary>
    [Id(1)]
    public string Sha256 { get; set; }

    /// <summary>What it is signed as.</summary>
    [Id(2)]
    public string Reference { get; set; }
}

/// <summary>Carries a <see cref="SigningTarget"/>.</summary>
[RegisterConverter]
public sealed class SigningTargetConverter : IConverter<SigningTarget, SigningTargetSurrogate>
{
    /// <inheritdoc/>
    public SigningTarget ConvertFromSurrogate(in SigningTargetSurrogate surrogate) =>
        new(Digest.Parse(surrogate.Manifest), Digest.Parse(surrogate.Sha256), surrogate.Reference);

    /// <inheritdoc/>
    public SigningTargetSurrogate ConvertToSurrogate(in SigningTarget value) =>
        new() { Manifest = value.Manifest.ToString(), Sha256 = value.Sha256.ToString(), Reference = value.Reference };
}
