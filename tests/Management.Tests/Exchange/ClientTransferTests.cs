using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>A bundle as others see it: clients read it with no help of this registry, and verify what comes of it.</summary>
public sealed class ClientTransferTests(SqliteServer from, PostgresServer to) : TransferScenario(from, to)
{
    private string NearHost => Http.BaseAddress!.Authority;

    private string FarHost => There.Http.BaseAddress!.Authority;

    [Fact]
    public async Task podman_pulls_on_the_far_side_what_was_signed_on_this_one_and_only_that()
    {
        Needs.Program("podman");
        using var place = new Workplace();
        var (name, key) = await SignedAsync(place);
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        await ImportAsync(await FarImporterAsync(), toc, ("create_repositories", true));

        await File.WriteAllTextAsync(place["key.asc"], key);
        await File.WriteAllTextAsync(place["policy.json"], new JsonObject
        {
            ["default"] = new JsonArray(new JsonObject
            {
                ["type"] = "signedBy",
                ["keyType"] = "GPGKeys",
                ["keyPath"] = place["key.asc"],
                ["signedIdentity"] = new JsonObject
                {
                    ["type"] = "remapIdentity",
                    ["prefix"] = FarHost,
                    ["signedPrefix"] = NearHost,
                },
            }),
        }.ToJsonString());
        await PodmanAsync(place, "pull", "--tls-verify=false", "--signature-policy", place["policy.json"], $"{FarHost}/{name}:signed");
        var refused = await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => PodmanAsync(
            place, "pull", "--tls-verify=false", "--signature-policy", place["policy.json"], $"{FarHost}/{name}:unsigned"));
        Assert.Contains("signature", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_read_images_out_of_the_bundle_and_gpg_its_signatures()
    {
        Needs.Program("skopeo");
        Needs.Program("podman");
        Needs.Program("oras");
        using var place = new Workplace();
        var (name, key) = await SignedAsync(place);
        var archive = Assert.Single(FilesOf(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name)))));
        var image = $"{name}:signed";
        await place.RunAsync("skopeo", "--insecure-policy", "copy", $"oci-archive:{archive}:{image}", $"dir:{place["copy"]}");
        await PodmanAsync(place, "pull", $"oci-archive:{archive}:{image}");
        var digest = await DigestAsync(name, "signed");
        var fetched = await place.RunAsync("oras", "manifest", "fetch", "--oci-layout", $"{archive}@{digest}");
        Assert.Equal(await Http.GetStringAsync($"/v2/{name}/manifests/signed"), fetched.TrimEnd('\n'));

        Directory.CreateDirectory(place["bundle"]);
        await TarFile.ExtractToDirectoryAsync(archive, place["bundle"], overwriteFiles: false);
        var signature = Path.Combine(place["bundle"], $"signatures/{name}@{digest.Replace(':', '=')}/signature-1");
        using var gpg = GnuPG.Start();
        gpg.Run(System.Text.Encoding.ASCII.GetBytes(key), "--import");
        var payload = gpg.Run("--trust-model", "always", "--decrypt", signature);
        Assert.Contains(digest, payload, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cosign-2", "--registry-referrers-mode=legacy")]
    [InlineData("cosign-3", "--use-signing-config=false")]
    public async Task cosign_verifies_on_the_far_side_what_it_signed_on_this_one(string cosign, string mode)
    {
        Needs.Program(cosign);
        using var place = new Workplace();
        await place.RunAsync(cosign, "generate-key-pair");
        var name = Unique("team/");
        var digest = await Push.ImageAsync(Http, name, "1.0", name);
        await place.RunAsync(
            cosign, "sign", "--yes", "--key", "cosign.key", "--allow-http-registry", "--tlog-upload=false", mode,
            $"{NearHost}/{name}@{digest}");
        var toc = Carry(await ExportAsync(await ExporterAsync(await RepositoryOfAsync(name))));
        await ImportAsync(await FarImporterAsync(), toc, ("create_repositories", true));
        await place.RunAsync(
            cosign, "verify", "--key", "cosign.pub", "--allow-http-registry", "--insecure-ignore-tlog=true",
            $"{FarHost}/{name}@{digest}");
    }

    // Two images that podman made, one of them signed by a key of the server's. The answer is the certificate.
    private async Task<(string Name, string Key)> SignedAsync(Workplace place)
    {
        var name = Unique("team/");
        Directory.CreateDirectory(place["content"]);
        foreach (var tag in new[] { "signed", "unsigned" })
        {
            await File.WriteAllTextAsync(Path.Combine(place["content"], "readme.txt"), $"{name} {tag}\n");
            await TarFile.CreateFromDirectoryAsync(place["content"], place[$"{tag}.tar"], includeBaseDirectory: false);
            await PodmanAsync(place, "import", place[$"{tag}.tar"], $"{NearHost}/{name}:{tag}");
            await PodmanAsync(place, "push", "--tls-verify=false", $"{NearHost}/{name}:{tag}");
            await PodmanAsync(place, "rmi", "--force", $"{NearHost}/{name}:{tag}");
        }

        var service = await Pulp.CallAsync(
            "signing_services_create", body: Body(("name", Unique("key")), ("kind", "openpgp"), ("generate", "ed25519")));
        await ActAsync("sign", await RepositoryOfAsync(name), ("manifest_signing_service", service["pulp_href"]), ("tags_list", Array("signed")));
        return (name, await Http.GetStringAsync($"{service["pulp_href"]}public_key/"));
    }

    private async Task<string> DigestAsync(string name, string tag) =>
        (await Http.GetAsync($"/v2/{name}/manifests/{tag}")).Headers.GetValues("Docker-Content-Digest").Single();

    // With storage of its own, and nothing that a container forbids.
    private static Task<string> PodmanAsync(Workplace place, params IEnumerable<string> arguments) => place.RunAsync(
        "podman",
        [
            "--root", place["root"], "--runroot", place["run"], "--tmpdir", place["tmp"], "--storage-driver", "vfs",
            "--events-backend", "file", "--cgroup-manager", "cgroupfs", .. arguments,
        ]);
}
