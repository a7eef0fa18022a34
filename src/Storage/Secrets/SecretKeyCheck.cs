using System.Security.Cryptography;

namespace OrleansRegistry.Storage;

/// <summary>
/// Tells at the start whether this node has the key that the catalogue's secrets are sealed with: a lost key, or another
/// directory's, would be found out by the first client that wants a token.
/// </summary>
public sealed class SecretKeyCheck(IDatabase database, SecretKey key)
{
    private const string Known = "The key is right.";
    private const string Find = "select sealed from secret_key where id = 1";

    /// <exception cref="SecretKeyMismatchException">It is another key.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken = default)
    {
        var found = await FindAsync(cancellationToken);
        if (found is null)
        {
            var own = key.Seal(Known, SecretPlace.Check);
            await database.TransactAsync(
                session => session.ExecuteAsync(
                    new("insert into secret_key (id, sealed) values (1, @sealed) on conflict do nothing", ("sealed", own)),
                    cancellationToken),
                cancellationToken);
            found = await FindAsync(cancellationToken);
        }
        else if (!File.Exists(key.Path))
            throw Mismatch("is not there");

        try
        {
            await database.TransactAsync(
                async session =>
                {
                    await new SecretBinding(database, key).BindAsync(session, cancellationToken);
                    return true;
                },
                cancellationToken);
            key.Open((await FindAsync(cancellationToken))!, SecretPlace.Check);
        }
        catch (CryptographicException)
        {
            throw Mismatch("is another one");
        }
        catch (InvalidDataException)
        {
            throw Mismatch("is damaged");
        }
    }

    /// <summary>Forgets everything that the lost key sealed; the next start takes whatever key there is then.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken = default) => database.TransactAsync(
        session => session.ExecuteBatchAsync(
            [
                new("delete from secret_key"),
                new("delete from token_key"),
                new("delete from cluster_certificate"),
                new("delete from report_key"),
                new("update remote set secrets = null, secrets_set = ''"),
                new("update signing_service set secret = null"),
            ],
            cancellationToken),
        cancellationToken);

    private async Task<string?> FindAsync(CancellationToken cancellationToken) =>
        (await database.QueryAsync(new(Find), row => row.String(0), cancellationToken)).SingleOrDefault();

    private SecretKeyMismatchException Mismatch(string what) => new(
        $"The key of this catalogue's secrets {what}: {key.Path}. Restore it from a backup, or start with the data directory "
        + "that it lies in. Where it is lost for good: orleans-registry secret-key reset.");
}

/// <summary>The catalogue's secrets are sealed with another key than this node has.</summary>
public sealed class SecretKeyMismatchException(string message) : Exception(message);
