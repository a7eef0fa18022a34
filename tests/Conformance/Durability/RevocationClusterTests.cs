using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>A key is revoked on three real processes: one stands still meanwhile, one dies.</summary>
public sealed class RevocationClusterTests
{
    private const string Api = "/pulp/api/v3/";
    private const int Names = 12;

    private readonly byte[] _leaked = System.Security.Cryptography.RandomNumberGenerator.GetBytes(20);
    private readonly Dictionary<string, string> _images = [];

    [Fact]
    public async Task A_node_that_stood_still_serves_nothing_of_it_when_it_goes_on()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(), site.StartAsync(), site.StartAsync());
        await FillAsync(nodes[0].Client);
        foreach (var node in nodes)
            await AssertServedAsync(node.Client, 1); // all of it is in every cache

        await SignalAsync("STOP", nodes[2]);
        var revoked = RevokeAsync(nodes[0].Client);
        var task = await revoked;
        foreach (var node in nodes[..2])
            await AssertServedAsync(node.Client, 0);
        await SignalAsync("CONT", nodes[2]);
        await AssertServedAsync(nodes[2].Client, 0);
        await nodes[0].Client.CompleteAsync(task);
    }

    [Fact]
    public async Task Whichever_node_dies_each_repository_loses_them_by_one_version()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        string[] settings = ["--Tasks:Silence=00:00:03"];
        var nodes = await Task.WhenAll(site.StartAsync(settings), site.StartAsync(settings), site.StartAsync(settings));
        await FillAsync(nodes[0].Client);
        var task = await RevokeAsync(nodes[0].Client);
        var victim = 1 + (int)(Environment.TickCount64 % 2);
        await nodes[victim].KillAsync();
        nodes[victim] = await site.StartAsync(settings);
        foreach (var node in nodes)
            await AssertServedAsync(node.Client, 0);
        await nodes[0].Client.CompleteAsync(task);

        var listed = (await nodes[0].Client.ReadAsync($"{Api}repositories/container/container/?limit=100"))["results"]!.AsArray();
        Assert.Equal(Names, listed.Count);
        foreach (var repository in listed)
            Assert.EndsWith("/versions/3/", (string)repository!["latest_version_href"]!, StringComparison.Ordinal);
        var revocation = (await nodes[0].Client.ReadAsync($"{Api}key-revocations/"))["results"]!.AsArray().Single()!;
        Assert.Equal("completed", (string)revocation["state"]!);
        Assert.Equal(Names, (int)revocation["repositories"]!["done"]!);
    }

    private async Task FillAsync(RegistryClient client)
    {
        foreach (var name in Enumerable.Range(0, Names).Select(number => $"team/app{number}"))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[],"
                + $"\"annotations\":{{\"name\":\"{name}\"}}}}");
            using var pushed = await client.SendAsync(
                "PUT", $"/v2/{name}/manifests/1", bytes, "Content-Type: application/vnd.oci.image.index.v1+json");
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
            var digest = pushed.Headers.GetValues("Docker-Content-Digest").Single();
            _images[name] = digest;
            using var signed = await client.SendAsync(
                "PUT", $"/extensions/v2/{name}/signatures/{digest}",
                System.Text.Encoding.UTF8.GetBytes(new JsonObject
                {
                    ["schemaVersion"] = 2,
                    ["type"] = "atomic",
                    ["name"] = $"{digest}@{Guid.NewGuid():N}",
                    ["content"] = Convert.ToBase64String(Openpgp.Sign(digest, key: _leaked)),
                }.ToJsonString()));
            Assert.Equal(HttpStatusCode.Created, signed.StatusCode);
        }
    }

    private async Task<string> RevokeAsync(RegistryClient client) => (string)(await client.PostAsync(
        $"{Api}key-revocations/", new() { ["key"] = Convert.ToHexString(_leaked), ["reason"] = "it leaked" }))["task"]!;

    private async Task AssertServedAsync(RegistryClient client, int signatures)
    {
        foreach (var (name, digest) in _images)
        {
            using var answer = await client.GetAsync($"/extensions/v2/{name}/signatures/{digest}");
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode is HttpStatusCode.OK, text);
            Assert.Equal(signatures, JsonNode.Parse(text)!["signatures"]!.AsArray().Count);
            using var lookaside = await client.GetAsync($"/lookaside/{name}@{digest.Replace(':', '=')}/signature-1");
            Assert.Equal(signatures == 0 ? HttpStatusCode.NotFound : HttpStatusCode.OK, lookaside.StatusCode);
        }
    }

    private static async Task SignalAsync(string signal, RegistryProcess node)
    {
        using var kill = System.Diagnostics.Process.Start(
            "kill", [$"-{signal}", node.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
