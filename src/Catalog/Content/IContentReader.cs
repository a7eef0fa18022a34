using OrleansRegistry.Oci;

namespace OrleansRegistry.Content;

/// <summary>Content as such, whatever repository holds it. Who may see it is for the caller to decide first.</summary>
public interface IContentReader
{
    /// <summary>The manifest with that digest, or null.</summary>
    Task<Manifest?> FindManifestAsync(Digest digest, CancellationToken cancellationToken = default);

    /// <summary>Everything that those manifests name.</summary>
    Task<IReadOnlyList<ManifestLink>> LinksFromAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken = default);
}
