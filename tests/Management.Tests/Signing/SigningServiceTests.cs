using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>Who signs: what is shown of a service, what is not, and which are refused.</summary>
public abstract class SigningServiceTests(Server server) : SigningScenario(server)
{
    [Theory]
    [InlineData("rsa3072")]
    [InlineData("ed25519")]
    [InlineData("nistp256")]
    public async Task A_generated_key_is_shown_by_its_public_part(string kind)
    {
        var created = await ServiceAsync(kind);
        var read = await Pulp.CallAsync(Services + "read", (string)created["pulp_href"]!);
        Assert.Equal(created.ToJsonString(), read.ToJsonString());
        Assert.Equal("openpgp", (string)read["kind"]!);
        Assert.Null(read["script"]);
        Assert.Null(OpenPgpSecretKey.WhyUnusable(
            Encoding.ASCII.GetBytes((string)read["public_key"]!), (string)read["pubkey_fingerprint"]!, DateTimeOffset.UtcNow));
        Assert.Equal((string)read["public_key"]!, await Http.GetStringAsync($"{read["pulp_href"]}public_key/"));
        Assert.Equal(
            created["pulp_href"]!.ToString(),
            Assert.Single(await Pulp.ListAsync(Services + "list", null, ("name", (string)read["name"]!)))["pulp_href"]!.ToString());
    }

    [Fact]
    public async Task An_imported_key_is_nowhere_to_be_found_in_clear()
    {
        var passphrase = $"correct horse {Guid.NewGuid():N}";
        using var gpg = GnuPG.Start();
        gpg.Run("--passphrase", passphrase, "--quick-gen-key", "Test <test@example.invalid>", "ed25519", "sign", "never");
        var secret = gpg.Run("--passphrase", passphrase, "--armor", "--export-secret-keys");
        var service = await Pulp.CallAsync(Services + "create", body: new()
        {
            ["name"] = Unique("imported"),
            ["kind"] = "openpgp",
            ["key"] = secret,
            ["passphrase"] = passphrase,
        });
        Assert.DoesNotContain("PRIVATE", service.ToJsonString(), StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "lock"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var text = new StreamReader(stream, Encoding.Latin1).ReadToEnd();
            Assert.DoesNotContain(passphrase, text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(16)]
    public async Task Signatures_by_a_subkey_are_removed_by_the_name_of_the_primary_key(int length)
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-gen-key", "Test <test@example.invalid>", "ed25519", "cert", "never");
        var primary = gpg.Run("--with-colons", "--list-keys").Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        gpg.Run("--quick-add-key", primary, "ed25519", "sign", "never");
        var service = await Pulp.CallAsync(Services + "create", body: new()
        {
            ["name"] = Unique("subkey"),
            ["kind"] = "openpgp",
            ["key"] = gpg.Run("--armor", "--export-secret-keys"),
        });
        Assert.NotEqual(primary, (string)service["pubkey_fingerprint"]!);
        var name = Unique("subkeys/");
        var image = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        await SignAsync(repository, service);
        await SignAsync(repository, await ServiceAsync());
        Assert.Equal(2, (await SignaturesOfAsync(name, image)).Count);

        await Pulp.CallAsync(
            Repositories + "remove_signatures", repository, new() { ["signed_with_key_id"] = primary[^length..] });
        Assert.Single(await SignaturesOfAsync(name, image));
    }

    [Theory]
    [InlineData("wrong", "The passphrase of the secret key is wrong, or the key is protected in a way that is not supported.")]
    [InlineData(null, "The secret key is protected by a passphrase, and none was given.")]
    public async Task A_wrong_passphrase_is_refused(string? passphrase, string refusal)
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--passphrase", "right", "--quick-gen-key", "Test <test@example.invalid>", "ed25519", "sign", "never");
        var body = new JsonObject
        {
            ["name"] = Unique("wrong"),
            ["kind"] = "openpgp",
            ["key"] = gpg.Run("--passphrase", "right", "--armor", "--export-secret-keys"),
        };
        if (passphrase is not null)
            body["passphrase"] = passphrase;
        var (status, text) = await Pulp.RefuseAsync(Services + "create", body: body);
        Assert.Equal((400, $$"""{"key":["{{refusal}}"]}"""), (status, text));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var name = (string)(await ServiceAsync())["name"]!;
        var (status, text) = await Pulp.RefuseAsync(
            Services + "create", body: new() { ["name"] = name, ["kind"] = "openpgp", ["generate"] = "ed25519" });
        Assert.Equal((400, """{"name":["This field must be unique."]}"""), (status, text));
    }

    [Theory]
    [InlineData("openpgp", "key")]
    [InlineData("cosign", "key")]
    [InlineData("script", "script")]
    public async Task A_service_without_a_key_is_refused(string kind, string field)
    {
        var (status, text) = await Pulp.RefuseAsync(
            Services + "create", body: new() { ["name"] = Unique("none"), ["kind"] = kind });
        Assert.Equal(400, status);
        Assert.StartsWith($$"""{"{{field}}":""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_names_its_service_until_that_is_deleted()
    {
        var service = (string)(await ServiceAsync())["pulp_href"]!;
        var repository = await Pulp.CreateAsync(
            Repositories, new() { ["name"] = Unique("repo"), ["manifest_signing_service"] = service }, RepositoryPath);
        var href = (string)repository["pulp_href"]!;
        Assert.Equal(service, (string)repository["manifest_signing_service"]!);
        await Pulp.CallAsync(Repositories + "partial_update", href, new() { ["description"] = "kept" });
        Assert.Equal(service, (string)(await Pulp.CallAsync(Repositories + "read", href))["manifest_signing_service"]!);
        await Pulp.CallAsync(Services + "delete", service);
        Assert.Null((await Pulp.CallAsync(Repositories + "read", href))["manifest_signing_service"]);
        Assert.Equal(404, (await Pulp.RefuseAsync(Services + "read", service)).Status);
    }

    public sealed class OnSqlite(SqliteServer server) : SigningServiceTests(server);

    public sealed class OnPostgres(PostgresServer server) : SigningServiceTests(server);
}
