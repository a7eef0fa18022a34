using OrleansRegistry.Access;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITokenKeyStore"/>
internal sealed class TokenKeyStore(IDatabase database, SecretKey secret) : ITokenKeyStore
{
    private readonly SealedKey _key = new(database, secret, SecretPlace.TokenKey);

    public Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken) =>
        _key.GetOrAddAsync(create, cancellationToken);
}
