namespace OrleansRegistry.Repositories;

/// <summary>What goes along when a manifest is removed. Section <c>Registry:Removal</c>.</summary>
public sealed class RemovalOptions
{
    /// <summary>
    /// Whether referrers (manifests with that subject) and cosign's companion tags leave with their manifest.
    /// Signatures of the manifest always leave with it.
    /// </summary>
    public bool WithReferrers { get; set; } = true;

    /// <summary>
    /// Whether an image may be removed that an index lists which stays. Such an index cannot be pulled any more.
    /// </summary>
    public bool AllowBrokenIndexes { get; set; }
}
