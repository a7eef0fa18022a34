using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>Manifests and tags that were made here, and that no repository holds yet.</summary>
public interface IAttachmentStore
{
    /// <summary>Stores them, in one transaction; what is there already stays, and is safe from collection for now.</summary>
    Task StoreAsync(
        IReadOnlyCollection<Manifest> manifests,
        IReadOnlyCollection<ContentUnit> tags,
        CancellationToken cancellationToken = default);
}
