using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Remotes;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Secrets open in the row that they were sealed for, and nowhere else.</summary>
public abstract class SecretTests(Engine engine) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("registry-secrets-").FullName;

    private DataDirectory Data => field ??= new(_directory);

    private SecretKey Key => field ??= new(Data);

    private IRemoteStore Remotes => field ??= new RemoteStore(Database, Key, TimeProvider.System);

    private ISigningServiceStore Services => field ??= new SigningServiceStore(Database, Key);

    private IDatabase Database
    {
        get
        {
            engine.SkipIfAbsent();
            return engine.Database;
        }
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_secret_that_was_moved_to_another_row_does_not_open()
    {
        var (one, other) = (await RemoteAsync("one"), await RemoteAsync("other"));
        Assert.Equal("one", (await Remotes.FindSecretsAsync(one))!.Password);
        await engine.RunAsync(
            "update remote set secrets = (select secrets from remote where id = @from) where id = @to",
            ("from", one), ("to", other));
        await RefusedAsync(() => Remotes.FindSecretsAsync(other), $"remote.secrets of {other}");
        Assert.Equal("one", (await Remotes.FindSecretsAsync(one))!.Password);

        var (first, second) = (await ServiceAsync("first"), await ServiceAsync("second"));
        await engine.RunAsync(
            "update signing_service set secret = (select secret from signing_service where id = @from) where id = @to",
            ("from", first), ("to", second));
        await RefusedAsync(() => Services.FindSecretAsync(second), $"signing_service.secret of {second}");
        await engine.RunAsync(
            "update signing_service set secret = (select secrets from remote where id = @from) where id = @to",
            ("from", one), ("to", first));
        await RefusedAsync(() => Services.FindSecretAsync(first), "does not open");
    }

    [Fact]
    public async Task What_a_task_carries_changes_the_remote_that_it_was_sealed_for()
    {
        var (one, other) = (await RemoteAsync("carried"), await RemoteAsync("other"));
        var (before, after) = (Settings("carried"), Settings("carried"));
        var update = new RemoteUpdate(
            one, before, after, Remotes.SealForUpdate(one, new() { Password = "carried" }),
            Remotes.SealForUpdate(one, new() { Password = "new" }));
        await RefusedAsync(() => Remotes.UpdateAsync(update with { Id = other }), "does not open");
        Assert.True(await Remotes.UpdateAsync(update));
        Assert.Equal("new", (await Remotes.FindSecretsAsync(one))!.Password);
    }

    [Fact]
    public async Task Secrets_of_an_earlier_version_are_bound_once_by_whichever_node_starts_first_and_refused_afterwards()
    {
        var remote = await RemoteAsync("earlier");
        var service = await ServiceAsync("earlier");
        var task = Guid.NewGuid();
        var settings = Settings("earlier");
        await new SecretKeyCheck(Database, Key).VerifyAsync();
        await engine.RunAsync("update secret_key set sealed = @old", ("old", Unbound("The key is right.")));
        await engine.RunAsync("update remote set secrets = @old", ("old", Unbound("""{"Password":"earlier"}""")));
        await engine.RunAsync(
            "update signing_service set secret = @old", ("old", Unbound("""{"Key":"AQID","Passphrase":"earlier"}""")));
        await engine.RunAsync("delete from token_key");
        await engine.RunAsync(
            "insert into token_key (id, private_key) values (1, @old)",
            ("old", Unbound(Convert.ToBase64String("earlier"u8))));
        await engine.RunAsync(
            """
            insert into task (id, name, kind, state, created_at, line, arguments)
            values (@id, 'x', 'remote.update', 'waiting', @now, 'x', @arguments)
            """,
            ("id", task), ("now", DateTimeOffset.UtcNow),
            ("arguments", TaskJson.Write(new RemoteUpdate(
                remote, settings, settings, Unbound("""{"Password":"earlier"}"""), Unbound("""{"Password":"later"}""")))));

        await RefusedAsync(() => Remotes.FindSecretsAsync(remote), "does not open");
        await using var another = engine.Open();
        await Task.WhenAll(
            new SecretKeyCheck(Database, Key).VerifyAsync(), new SecretKeyCheck(another, new(Data)).VerifyAsync());
        await new SecretKeyCheck(Database, Key).VerifyAsync();

        Assert.Equal("earlier", (await Remotes.FindSecretsAsync(remote))!.Password);
        Assert.Equal("earlier", (await Services.FindSecretAsync(service))!.Passphrase);
        Assert.Equal(
            Convert.ToBase64String("earlier"u8),
            Key.Open(await engine.ReadAsync(row => row.String(0), "select private_key from token_key"), SecretPlace.TokenKey));
        var arguments = await engine.ReadAsync(
            row => row.String(0), "select arguments from task where id = @id", ("id", task));
        Assert.True(await Remotes.UpdateAsync(TaskJson.Read<RemoteUpdate>(arguments)));
        Assert.Equal("later", (await Remotes.FindSecretsAsync(remote))!.Password);

        // An old one that is put there afterwards, as from an old backup, is not taken.
        await engine.RunAsync("update remote set secrets = @old", ("old", Unbound("""{"Password":"replayed"}""")));
        await new SecretKeyCheck(Database, Key).VerifyAsync();
        await RefusedAsync(() => Remotes.FindSecretsAsync(remote), "does not open");
    }

    private async Task<Guid> RemoteAsync(string password) => await Remotes.CreateAsync(
        Settings($"{password}-{Guid.NewGuid():N}"), new() { Password = password, Username = "u" });

    private static RemoteSettings Settings(string name) =>
        new() { Name = name, Url = "https://registry.example.com", UpstreamName = "x" };

    private async Task<Guid> ServiceAsync(string name)
    {
        var id = Guid.NewGuid();
        await Services.AddAsync(
            new(id, $"{name}-{id:N}", SigningKind.Cosign, "public", "fingerprint", null, null, DateTimeOffset.UtcNow),
            new([1, 2, 3], name));
        return id;
    }

    private static async Task RefusedAsync(Func<Task> open, string named)
    {
        var refused = await Assert.ThrowsAsync<CryptographicException>(open);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    // Nonce, tag and cipher, and no place: written by the description of the earlier form.
    private string Unbound(string text)
    {
        _ = Key.Seal("", SecretPlace.Check); // makes the key where there is none yet
        var (plain, nonce, tag) = (Encoding.UTF8.GetBytes(text), RandomNumberGenerator.GetBytes(12), new byte[16]);
        var cipher = new byte[plain.Length];
        using var aes = new AesGcm(File.ReadAllBytes(Key.Path), 16);
        aes.Encrypt(nonce, plain, cipher, tag);
        return Convert.ToBase64String([.. nonce, .. tag, .. cipher]);
    }

    public sealed class OnSqlite(SqliteEngine engine) : SecretTests(engine), IClassFixture<SqliteEngine>;

    public sealed class OnPostgres(PostgresEngine engine) : SecretTests(engine), IClassFixture<PostgresEngine>;
}
