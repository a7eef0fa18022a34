using OrleansRegistry.Signing;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests.Signing;

/// <summary>A task that signs looks once more whether who asked for it may: that can have changed since.</summary>
public abstract class RightsTests(TaskCluster cluster)
{
    private const string Host = "registry.example.invalid";

    private readonly string _user = $"ann{Guid.NewGuid():N}";

    [Theory]
    [InlineData("nobody", "You may not have the signing service")]
    [InlineData("user", "does not sign")]
    [InlineData("user and prefix", null)]
    [InlineData("left", "no user any more")]
    public async Task A_task_signs_for_whom_the_service_names_now(string named, string? refusal)
    {
        var repository = await new World(cluster).CreateFullAsync("a=A");
        var users = new UserStore(cluster.Engine.Database, TimeProvider.System);
        var user = await users.CreateAsync(
            new(_user, "", "", "", IsStaff: false, IsActive: named != "left"), null, CancellationToken.None);
        var service = await ServiceAsync(SigningRights.None with
        {
            Users = named == "nobody" ? [] : [_user],
            ReferencePrefixes = named == "user and prefix" ? [Host] : [],
        });

        var task = await cluster.EndOfAsync(await cluster.Tasks.DispatchAsync(SigningTasks.Sign(
            new(repository, service, $"{Host}/other/app", null, null, false, false, Host)) with
        {
            CreatedBy = user,
        }));
        if (refusal is null)
            Assert.Contains("cannot sign", task.Error!.Description, StringComparison.Ordinal); // it got as far as the key
        else
            Assert.Contains(refusal, task.Error!.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_is_signed_under_the_names_that_serve_it()
    {
        await new World(cluster).CreateFullAsync("a=A");
        var service = await ServiceAsync(SigningRights.None);
        var manifest = Assert.Single(await cluster.Sets.FindStoredAsync(
            [Content.ContentUnit.Manifest(World.DigestOf("A"))], CancellationToken.None));
        foreach (var (path, refusal) in new[]
        {
            ((await PathOfAsync(manifest.Id)), "cannot sign"), ("never/served", "does not sign"),
        })
        {
            var task = await cluster.EndOfAsync(await cluster.Tasks.DispatchAsync(SigningTasks.SignManifest(
                new(manifest.Id, service, $"{Host}/{path}:1", false, Host))));
            Assert.Contains(refusal, task.Error!.Description, StringComparison.Ordinal);
        }
    }

    private async Task<string> PathOfAsync(Guid manifest) =>
        (await new SignableReader(cluster.Engine.Database).BasePathsOfAsync(manifest, CancellationToken.None))[0];

    // Its key expired long ago, so that nothing is signed in earnest.
    private async Task<Guid> ServiceAsync(SigningRights rights)
    {
        var publicKey = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "keys", "expired.pub.asc"));
        var fingerprint = Signatures.TrustedKeys.Load(
            System.Text.Encoding.ASCII.GetBytes(publicKey)).Certificates[0].Fingerprint;
        var service = new SigningServiceRecord(
            Guid.NewGuid(), $"key{Guid.NewGuid():N}", SigningKind.OpenPgp, publicKey, fingerprint, null, null,
            DateTimeOffset.UtcNow);
        var store = new SigningServiceStore(cluster.Engine.Database, new SecretKey(cluster.Data));
        await store.AddAsync(service, new([], ""), CancellationToken.None);
        Assert.True(await store.ChangeAsync(service.Id, rights, CancellationToken.None));
        return service.Id;
    }

    public sealed class OnPostgres(PostgresCluster cluster) : RightsTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : RightsTests(cluster), IClassFixture<SqliteCluster>;
}
