namespace OrleansRegistry.Content;

/// <summary>
/// Fills in what manifests say of their images that were stored by an earlier schema: all others are described when
/// they are stored. Collection does it for all of them; a list of manifests does it for some before it looks.
/// </summary>
public interface IManifestDescriber
{
    /// <summary>Describes some that are not described yet. True where more may be left.</summary>
    Task<bool> DescribeSomeAsync(CancellationToken cancellationToken = default);
}
