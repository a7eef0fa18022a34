using OrleansRegistry.Access;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ITokenKeyStore"/>
internal sealed class TokenKeyStore(IDatabase database, SecretKey secret) : ITokenKeyStore
{
    private const string Find = "select private_key from token_key where id = 1";

    public async Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(new(Find), row => row.String(0), cancellationToken);
        if (found.Count == 0)
        {
            var own = secret.Seal(Convert.ToBase64String(create()), SecretPlace.TokenKey);
            found = await database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(
                        new(
                            "insert into token_key (id, private_key) values (1, @key) on conflict do nothing",
                            ("key", own)),
                        cancellationToken);
                    return await session.QueryAsync(new(Find), row => row.String(0), cancellationToken);
                },
                cancellationToken);
        }

        return Convert.FromBase64String(secret.Open(found[0], SecretPlace.TokenKey));
    }
}
