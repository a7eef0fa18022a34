namespace OrleansRegistry.Content;

/// <summary>
/// Fills in, before manifests are listed, what those say of their images that were stored by an earlier schema: all
/// others are described when they are stored.
/// </summary>
public interface IManifestDescriber
{
    Task DescribeNewAsync(CancellationToken cancellationToken = default);
}
