namespace OrleansRegistry.Conformance;

/// <summary>Names that come into being on two real processes at the same time.</summary>
public sealed class PullThroughClusterTests
{
    private const string Api = "/pulp/api/v3/";
    private const int Hubs = 6;

    [Fact]
    public async Task A_new_name_that_is_pulled_from_all_nodes_at_once_comes_into_being_once_with_all_that_vouches_for_it()
    {
        await using var upstream = await FakeUpstream.StartAsync();
        (upstream.HasExtension, upstream.HasReferrers) = (true, true);
        var image = upstream.Image("1.0", "layer");
        var document = upstream.Image(null, "what speaks of it", subject: image, artifactType: "application/example");
        upstream.Sign(image);
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => site.StartAsync("--Outgoing:Allow:0=127.0.0.1")));
        for (var hub = 0; hub < Hubs; hub++)
            await CreateAsync(nodes[0].Client, $"hub{hub}", upstream.Url);

        for (var hub = 0; hub < Hubs; hub++)
        {
            var name = $"hub{hub}/{FakeUpstream.Name}";
            var pulls = from node in nodes
                        from reference in new[] { "1.0", image.Digest.ToString(), "1.0", document.Digest.ToString() }
                        select node.Client.GetAsync($"/v2/{name}/manifests/{reference}").Answers(200);
            await Task.WhenAll(pulls.ToList());

            foreach (var kind in new[] { "repositories", "remotes", "distributions" })
                Assert.Equal(1, (int)(await nodes[1].Client.ReadAsync($"{Api}{kind}/container/container/?name={name}"))["count"]!);
            foreach (var node in nodes)
            {
                var signatures = await node.Client.ReadAsync($"/extensions/v2/{name}/signatures/{image.Digest}");
                Assert.Single(signatures["signatures"]!.AsArray());
                var referrers = await node.Client.ReadAsync($"/v2/{name}/referrers/{image.Digest}");
                Assert.Equal(document.Digest.ToString(), (string)Assert.Single(referrers["manifests"]!.AsArray())!["digest"]!);
            }
        }
    }

    private static async Task CreateAsync(RegistryClient client, string path, string url)
    {
        var remote = await client.PostAsync($"{Api}remotes/container/pull-through/", new() { ["name"] = path, ["url"] = url });
        await client.CompleteAsync((string)(await client.PostAsync(
            $"{Api}distributions/container/pull-through/",
            new() { ["name"] = path, ["base_path"] = path, ["remote"] = (string)remote["pulp_href"]! }))["task"]!);
    }
}
