using OrleansRegistry.Signing;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests.Signing;

/// <summary>A key that may not sign any more signs nothing.</summary>
public abstract class KeyTests(TaskCluster cluster)
{
    [Theory]
    [InlineData("expired", "expired at")]
    [InlineData("revoked", "is revoked")]
    public async Task A_key_that_has_become_invalid_is_refused_at_the_start(string key, string refusal)
    {
        var repository = await new World(cluster).CreateFullAsync("a=A");
        var before = await cluster.Grains.Repository(repository).GetHeadAsync();
        var publicKey = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "keys", $"{key}.pub.asc"));
        var fingerprint = Signatures.TrustedKeys.Load(
            System.Text.Encoding.ASCII.GetBytes(publicKey)).Certificates[0].Fingerprint;
        var service = new SigningServiceRecord(
            Guid.NewGuid(), $"{key}{Guid.NewGuid():N}", SigningKind.OpenPgp, publicKey, fingerprint, null, null,
            DateTimeOffset.UtcNow)
        {
            Rights = SigningRights.None with { ReferencePrefixes = ["registry.example.invalid"] },
        };
        await new SigningServiceStore(cluster.Engine.Database, new SecretKey(cluster.Data))
            .AddAsync(service, new([], ""), TestContext.Current.CancellationToken);

        var task = await cluster.EndOfAsync(await cluster.Tasks.DispatchAsync(SigningTasks.Sign(
            new(repository, service.Id, "registry.example.invalid/app", null, null, false, false, "registry.example.invalid"))));
        Assert.Equal(TaskState.Failed, task.State);
        Assert.Contains($"'{service.Name}' cannot sign", task.Error!.Description, StringComparison.Ordinal);
        Assert.Contains(refusal, task.Error.Description, StringComparison.Ordinal);
        Assert.Equal(before, await cluster.Grains.Repository(repository).GetHeadAsync());
    }

    public sealed class OnPostgres(PostgresCluster cluster) : KeyTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : KeyTests(cluster), IClassFixture<SqliteCluster>;
}
