namespace OrleansRegistry.Repositories;

/// <summary>What goes along when a manifest is removed. Section <c>Registry:Removal</c>.</summary>
public sealed class RemovalOptions
{
    /// <summary>
    /// Whether referrers (manifests with that subject) and cosign's companion tags leave with their manifest.
    /// Signatures of the manifest always leave with it.
    /// </summary>
    public bool WithReferrers { get; set; } = true;
}
