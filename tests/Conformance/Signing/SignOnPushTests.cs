using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>New tags are signed by themselves, whatever is killed when.</summary>
public sealed class SignOnPushTests
{
    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_node_that_is_killed_right_after_a_push_signs_what_came_when_it_is_back(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        var config = await repository.PushBlobAsync(Named.Random(48, MediaTypes.Config));
        await repository.PushManifestAsync(Manifests.Image(config, [], annotation: ("number", "0")), "old");
        var href = await repository.HrefAsync();
        var wish = new JsonObject { ["sign_on_push"] = await node.Client.CreateKeyAsync("nistp256") };
        var set = await node.Client.SendAsync(
            "PATCH", href, Encoding.UTF8.GetBytes(wish.ToJsonString()), "Content-Type: application/json").Answers(202);
        await node.Client.CompleteAsync((string)(await set.JsonAsync())["task"]!);
        for (var round = 1; round <= 2; round++)
        {
            await repository.PushManifestAsync(Manifests.Image(config, [], annotation: ("number", $"{round}")), $"new{round}");
            await node.KillAsync();
            node = await site.StartAsync();
            var (client, wanted) = (node.Client, round);
            await Eventually.TrueAsync(async () => await CountAsync(client, href) >= wanted, "what came is signed");
            Assert.Equal(round, await CountAsync(client, href));
            Assert.Equal($"{href}versions/{1 + (2 * round)}/", await client.VersionAsync(href));
            repository = new(client, repository.Name);
        }
    }

    private static async Task<int> CountAsync(RegistryClient client, string repository) => (int)(await client.ReadAsync(
        $"/pulp/api/v3/content/container/signatures/?repository_version={await client.VersionAsync(repository)}"))["count"]!;
}
