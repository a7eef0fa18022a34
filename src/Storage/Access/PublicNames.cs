using OrleansRegistry.Access;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IPublicNames"/>
internal sealed class PublicNames(IDatabase database) : IPublicNames
{
    public async Task<bool> ContainsAsync(RepositoryName basePath, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select private from distribution where base_path = @path", ("path", basePath.ToString())),
            row => row.Bool(0),
            cancellationToken);
        return found is [false];
    }
}
