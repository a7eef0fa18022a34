using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Each request leaves one line that says who did what, and no secret.</summary>
public sealed class AccessLineTests
{
    private const string Password = "correct-horse-battery";

    [Fact]
    public async Task A_line_says_who_asked_for_what_and_how_it_ended()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync("--Listen:AccessLog=text");
        var repository = node.Client.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.GetAsync("manifests/v1").Answers(200);

        var line = await LineAsync(node, $"method=GET path=/v2/{repository.Name}/manifests/v1 ");
        Assert.Contains(
            $" address=127.0.0.1 method=GET path=/v2/{repository.Name}/manifests/v1 repository={repository.Name} "
            + $"digest={image.Digest} status=200 received=0 sent={image.Bytes.Length} ms=",
            line);
    }

    [Fact]
    public async Task Lines_are_JSON_on_demand_whatever_the_path_holds()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync("--Listen:AccessLog=json");
        using var _ = await node.Client.GetAsync(
            "/pulp/%22%0aaccess%20user=admin/", "Correlation-ID: 0123456789abcdef0123456789abcdef");

        var line = JsonNode.Parse(await LineAsync(node, "0123456789abcdef0123456789abcdef"))!;
        Assert.Equal("/pulp/\"\naccess user=admin/", (string?)line["path"]);
        Assert.Equal(404, (int?)line["status"]);
        Assert.Equal("0123456789abcdef0123456789abcdef", (string?)line["id"]);
    }

    [Fact]
    public async Task No_secret_is_written_down()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(
            "--Listen:AccessLog=text", "--Access:Authentication=true", $"--Access:AdminPassword={Password}",
            "--Logging:LogLevel:Default=Information");
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{Password}"));
        var answer = await node.Client.GetAsync(
            $"/token?service={node.Client.Authority}&scope=repository:a/b:pull&account=admin&password={Password}",
            $"Authorization: Basic {basic}").Answers(200);
        var token = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["token"]!;
        await node.Client.GetAsync("/v2/", $"Authorization: Bearer {token}").Answers(200);
        await node.Client.GetAsync("/v2/", "Authorization: Basic " + Convert.ToBase64String("admin:wrong-password-here"u8)).Answers(401);
        await node.Client.GetAsync("/pulp/api/v3/users/", $"Authorization: Basic {basic}").Answers(200);

        await LineAsync(node, "path=/pulp/api/v3/users/ ");
        foreach (var secret in new[] { Password, basic, token, "wrong-password-here" })
            Assert.DoesNotContain(secret, node.Output);
        Assert.Contains("user=admin", node.Output);
    }

    private static async Task<string> LineAsync(RegistryProcess node, string part)
    {
        string? found = null;
        await Eventually.TrueAsync(
            () => Task.FromResult((found = node.Output.Split('\n').FirstOrDefault(line => line.Contains(part))) is not null),
            $"a line with '{part}'");
        return found!;
    }
}
