namespace OrleansRegistry.Content;

/// <summary>
/// Fills in, before manifests are listed, what those that came since the last list say of their images: a push need
/// not wait for it.
/// </summary>
public interface IManifestDescriber
{
    Task DescribeNewAsync(CancellationToken cancellationToken = default);
}
