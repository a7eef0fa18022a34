namespace OrleansRegistry.Storage;

/// <summary>A key of the server's own, of which the catalogue holds one, encrypted. All nodes get the same.</summary>
internal sealed class SealedKey(IDatabase database, SecretKey secret, SecretPlace place)
{
    private readonly Statement _find = new($"select {place.Column} from {place.Table} where id = 1");

    /// <summary>The key; the one given where there is none yet.</summary>
    public async Task<byte[]> GetOrAddAsync(Func<byte[]> create, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(_find, row => row.String(0), cancellationToken);
        if (found.Count == 0)
        {
            var own = secret.Seal(Convert.ToBase64String(create()), place);
            found = await database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(
                        new(
                            $"insert into {place.Table} (id, {place.Column}) values (1, @key) on conflict do nothing",
                            ("key", own)),
                        cancellationToken);
                    return await session.QueryAsync(_find, row => row.String(0), cancellationToken);
                },
                cancellationToken);
        }

        return Convert.FromBase64String(secret.Open(found[0], place));
    }
}
