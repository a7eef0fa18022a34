using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>What <c>cosign sign --key</c> would write, written here.</summary>
public abstract class CosignTests(Server server) : SigningScenario(server)
{
    private const string Signature = "dev.cosignproject.cosign/signature";

    [Fact]
    public async Task A_tag_holds_the_signature_of_each_image()
    {
        var name = Unique("cosign/");
        var (repository, a, b, index) = await ImagesAsync(name);
        var service = await CosignAsync("tag");
        var before = await HeadAsync(repository);
        await SignAsync(repository, service);
        Assert.Equal(before + 1, await HeadAsync(repository));
        foreach (var digest in (string[])[a, b, index])
            await RequireSignedAsync(name, digest, service, Assert.Single(await LayersAsync(name, TagOf(digest))));

        var again = await SignAsync(repository, service);
        Assert.Empty(again["created_resources"]!.AsArray());
        Assert.Equal(before + 1, await HeadAsync(repository));
    }

    [Fact]
    public async Task A_second_key_is_added_and_a_forced_signature_takes_the_place_of_its_own()
    {
        var name = Unique("cosign/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var (first, second) = (await CosignAsync("tag"), await CosignAsync("tag"));
        await SignAsync(repository, first);
        await SignAsync(repository, second);
        var layers = await LayersAsync(name, TagOf(a));
        Assert.Equal(2, layers.Count);
        await RequireSignedAsync(name, a, first, layers[0]);
        await RequireSignedAsync(name, a, second, layers[1]);

        await SignAsync(repository, first, new() { ["force"] = true });
        var forced = await LayersAsync(name, TagOf(a));
        Assert.Equal(2, forced.Count);
        Assert.Equal(layers[1].ToJsonString(), forced[0].ToJsonString());
        await RequireSignedAsync(name, a, first, forced[1]);
        Assert.NotEqual(layers[0].ToJsonString(), forced[1].ToJsonString());
    }

    [Fact]
    public async Task A_referrer_holds_the_signature_and_leaves_with_its_image()
    {
        var name = Unique("cosign/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var service = await CosignAsync("referrer");
        await SignAsync(repository, service);
        var referrer = Assert.Single(await ReferrersAsync(name, a));
        Assert.Equal("application/vnd.dev.cosign.artifact.sig.v1+json", (string)referrer["artifactType"]!);
        await RequireSignedAsync(name, a, service, Assert.Single(await LayersAsync(name, (string)referrer["digest"]!)));
        Assert.Equal(404, await PullAsync(name, TagOf(a)));

        var again = await SignAsync(repository, service);
        Assert.Empty(again["created_resources"]!.AsArray());
        await Pulp.CallAsync(Repositories + "remove_image", repository, new() { ["digest"] = a });
        Assert.Equal(404, await PullAsync(name, (string)referrer["digest"]!));
    }

    [Fact]
    public async Task Both_ways_are_one_version_and_two_actions_at_once_one_signature_each()
    {
        var name = Unique("cosign/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var service = await CosignAsync("both");
        var before = await HeadAsync(repository);
        await SignAsync(repository, service);
        Assert.Equal(before + 1, await HeadAsync(repository));
        await Task.WhenAll(SignAsync(repository, service), SignAsync(repository, service));
        Assert.Single(await LayersAsync(name, TagOf(a)));
        Assert.Single(await ReferrersAsync(name, a));
    }

    [Fact]
    public async Task A_layer_that_only_looks_like_a_signature_stands_in_nobodys_way()
    {
        var name = Unique("cosign/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var repository = await RepositoryOfAsync(name);
        var service = await CosignAsync("tag");
        await SignAsync(repository, service);
        await Push.ChangedAsync(
            Http, name, TagOf(a), TagOf(a), manifest => manifest["layers"]![0]!["annotations"] = new JsonArray("no object"));
        await SignAsync(repository, service, new() { ["force"] = true });
        await RequireSignedAsync(name, a, service, (await LayersAsync(name, TagOf(a)))[^1]);
    }

    [Fact]
    public async Task A_manifest_under_the_tag_that_cannot_be_added_to_fails_its_own_image_alone()
    {
        var name = Unique("cosign/");
        var (repository, a, b, index) = await ImagesAsync(name);
        var service = await CosignAsync("tag");
        await Push.ChangedAsync(Http, name, "a", TagOf(a), manifest => manifest["layers"]![0]!["annotations"] =
            new JsonObject { ["full"] = new string('x', (4 * 1024 * 1024) - 650) });
        await Push.ChangedAsync(Http, name, "b", TagOf(b), manifest => manifest["layers"] = null);

        var failed = await Assert.ThrowsAsync<TaskFailedException>(() => SignAsync(repository, service));
        Assert.Contains(a, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(b, failed.Message, StringComparison.Ordinal);
        Assert.Contains("the others were added", failed.Message, StringComparison.Ordinal);
        foreach (var digest in (string[])[b, index])
            await RequireSignedAsync(name, digest, service, Assert.Single(await LayersAsync(name, TagOf(digest))));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("another")]
    [InlineData("older-label")]
    public async Task A_key_of_cosign_s_own_is_imported_and_what_it_signs_verifies(string key)
    {
        var name = Unique("cosign/");
        var a = await Push.ImageAsync(Http, name, "a", name);
        var body = new JsonObject
        {
            ["name"] = Unique("cosign"),
            ["kind"] = "cosign",
            ["key"] = await File.ReadAllTextAsync(Push.Fixture($"cosign/{key}.key")),
            ["passphrase"] = "wrong",
        };
        var (status, text) = await Pulp.RefuseAsync(Services + "create", body: body);
        Assert.Equal((400, """{"key":["The passphrase does not open the key, or the key was changed."]}"""), (status, text));

        body["passphrase"] = "secret";
        var service = await Pulp.CallAsync(Services + "create", body: body);
        Assert.Equal(await File.ReadAllTextAsync(Push.Fixture($"cosign/{key}.pub")), (string)service["public_key"]!);
        await SignAsync(await RepositoryOfAsync(name), service);
        await RequireSignedAsync(name, a, service, Assert.Single(await LayersAsync(name, TagOf(a))));
    }

    [Fact]
    public async Task What_is_untagged_is_signed_when_that_is_wanted_and_signatures_are_not()
    {
        var name = Unique("cosign/");
        var (repository, a, b, index) = await ImagesAsync(name);
        var lone = await Push.ImageAsync(Http, name, "lone", $"{name}lone");
        await Pulp.CallAsync(Repositories + "untag", repository, new() { ["tag"] = "lone" });
        var service = await CosignAsync("both");
        await SignAsync(repository, service);
        Assert.Equal(404, await PullAsync(name, TagOf(lone)));

        await SignAsync(repository, service, new() { ["include_untagged"] = true });
        foreach (var digest in (string[])[a, b, index, lone])
            await RequireSignedAsync(name, digest, service, Assert.Single(await LayersAsync(name, TagOf(digest))));
        var head = await HeadAsync(repository);
        await SignAsync(repository, service, new() { ["include_untagged"] = true });
        Assert.Equal(head, await HeadAsync(repository));
    }

    [Fact]
    public async Task Skopeo_pulls_under_a_policy_for_sigstore()
    {
        Needs.Program("newer-skopeo"); // Debian 12 builds its own without sigstore
        var name = Unique("cosign/");
        await Push.ImageAsync(Http, name, "a", name);
        var service = await CosignAsync("tag");
        var directory = Directory.CreateTempSubdirectory("cosign-");
        string In(string file) => Path.Combine(directory.FullName, file);
        Directory.CreateDirectory(In("registries.d"));
        File.WriteAllText(In("key.pub"), (string)service["public_key"]!);
        File.WriteAllText(In("registries.d/all.yaml"), "default-docker:\n  use-sigstore-attachments: true\n");
        File.WriteAllText(In("policy.json"), new JsonObject
        {
            ["default"] = new JsonArray(new JsonObject
            {
                ["type"] = "sigstoreSigned",
                ["keyPath"] = In("key.pub"),
                ["signedIdentity"] = new JsonObject { ["type"] = "matchRepository" },
            }),
        }.ToJsonString());
        Task CopyAsync(string to) => Command.RunAsync(
            "newer-skopeo", "--policy", In("policy.json"), "--registries.d", In("registries.d"), "copy", "--src-tls-verify=false",
            "--remove-signatures", $"docker://{Host}/{name}:a", $"dir:{In(to)}");

        await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => CopyAsync("before"));
        await SignAsync(await RepositoryOfAsync(name), service);
        await CopyAsync("after");
        directory.Delete(recursive: true);
    }

    private Task<JsonObject> CosignAsync(string attachment) => Pulp.CallAsync(Services + "create", body: new()
    {
        ["name"] = Unique("cosign"),
        ["kind"] = "cosign",
        ["generate"] = "nistp256",
        ["attachment"] = attachment,
    });

    private static string TagOf(string digest) => $"{digest.Replace(':', '-')}.sig";

    private async Task<IReadOnlyList<JsonNode>> LayersAsync(string name, string reference) => [.. JsonNode.Parse(
        await Http.GetStringAsync($"/v2/{name}/manifests/{reference}"))!["layers"]!.AsArray().OfType<JsonNode>()];

    private async Task<IReadOnlyList<JsonNode>> ReferrersAsync(string name, string digest) => [.. JsonNode.Parse(
        await Http.GetStringAsync($"/v2/{name}/referrers/{digest}"))!["manifests"]!.AsArray().OfType<JsonNode>()];

    private async Task RequireSignedAsync(string name, string digest, JsonObject service, JsonNode layer)
    {
        var payload = await Http.GetByteArrayAsync($"/v2/{name}/blobs/{layer["digest"]}");
        using var key = ECDsa.Create();
        key.ImportFromPem((string)service["public_key"]!);
        Assert.True(key.VerifyData(
            payload,
            Convert.FromBase64String((string)layer["annotations"]![Signature]!),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence));
        var critical = JsonNode.Parse(payload)!["critical"]!;
        Assert.Equal(digest, (string)critical["image"]!["docker-manifest-digest"]!);
        Assert.Equal($"{Host}/{name}", (string)critical["identity"]!["docker-reference"]!);
    }

    public sealed class OnSqlite(SqliteServer server) : CosignTests(server);

    public sealed class OnPostgres(PostgresServer server) : CosignTests(server);
}
