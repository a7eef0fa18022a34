using OrleansRegistry.Bundles;

namespace OrleansRegistry.Exchange;

/// <summary>A repository of a bundle, and where it goes.</summary>
/// <param name="Source">The repository there.</param>
/// <param name="Place">Its place in the bundle, counted from 1.</param>
/// <param name="Name">What it is called here.</param>
/// <param name="Gathering">Where its content is gathered; also the id of the task that makes its version.</param>
internal sealed record ImportTarget(BundledRepository Source, int Place, string Name, Guid Gathering)
{
    /// <summary>The repository here; null where it is to be created.</summary>
    public Guid? Repository { get; set; }

    /// <summary>Why nothing of it is taken; null where it is.</summary>
    public string? Refusal { get; set; }

    public bool IsTaken => Refusal is null;
}
