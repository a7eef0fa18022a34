using System.Collections.Concurrent;

namespace OrleansRegistry.Conformance;

/// <summary>Three real processes on one PostgreSQL and one data directory.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task What_one_node_took_every_node_serves_at_once()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await StartThreeAsync(site);
        var name = nodes[0].Client.NewRepository().Name;
        var at = nodes.Select(node => new TestRepository(node.Client, name)).ToArray();
        for (var i = 0; i < 12; i++)
        {
            var (writer, readers) = (at[i % 3], at);
            var image = await writer.PushImageAsync("moving");
            foreach (var reader in readers)
            {
                Assert.Equal(image.Bytes, await reader.GetAsync("manifests/moving").BytesAsync());
                Assert.Equal(image.Bytes, await reader.GetAsync($"manifests/{image.Digest}").BytesAsync());
            }

            await at[(i + 1) % 3].SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
            foreach (var reader in readers)
                await reader.GetAsync("manifests/moving").Answers(404, "MANIFEST_UNKNOWN");
        }
    }

    [Fact]
    public async Task An_upload_may_go_through_a_different_node_with_each_request()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await StartThreeAsync(site);
        var repository = nodes[0].Client.NewRepository();
        var blob = Named.Random(3000);
        var upload = await repository.StartUploadAsync();
        for (var i = 0; i < 3; i++)
            await nodes[i].Client.SendAsync(
                "PATCH", upload, blob.Bytes[(i * 1000)..((i + 1) * 1000)],
                $"Content-Range: {i * 1000}-{(i * 1000) + 999}", "Content-Type: application/octet-stream").Answers(202);
        Assert.Equal("0-2999", (await nodes[0].Client.GetAsync(upload).Answers(204)).Header("Range"));
        await nodes[1].Client.SendAsync("PUT", $"{upload}?digest={blob.Digest}").Answers(201);
        foreach (var node in nodes)
            Assert.Equal(blob.Bytes, await (repository with { Client = node.Client }).GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Fact]
    public async Task Refusals_are_the_same_whichever_node_is_asked()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        foreach (var node in await StartThreeAsync(site))
        {
            var repository = node.Client.NewRepository();
            await repository.GetAsync("tags/list").Answers(404, "NAME_UNKNOWN");
            var config = await repository.PushBlobAsync();
            for (var i = 0; i < 5; i++)
            {
                var fresh = node.Client.NewRepository();
                await fresh.PutManifestAsync(Manifests.Image(config, []), "v1").Answers(400, "MANIFEST_BLOB_UNKNOWN");
                await fresh.SendAsync("DELETE", "manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
                await fresh.SendAsync("DELETE", $"blobs/{config.Digest}").Answers(404, "BLOB_UNKNOWN");
            }
        }
    }

    [Fact]
    public async Task A_node_that_is_killed_amid_pushes_takes_nothing_acknowledged_with_it()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await StartThreeAsync(site);
        var shared = nodes[0].Client.NewRepository().Name;
        var acknowledged = new ConcurrentBag<(string Repository, string Tag, Named Manifest)>();
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var killed = new CancellationTokenSource();

        async Task PushAsync(int pusher)
        {
            var node = nodes[pusher % 3];
            var repository = new TestRepository(node.Client, pusher < 3 ? shared : node.Client.NewRepository().Name);
            var afterwards = 0;
            for (var i = 0; afterwards < 5; i++)
            {
                try
                {
                    var tag = $"p{pusher}-{i}";
                    acknowledged.Add((repository.Name, tag, await repository.PushImageAsync(tag)));
                    if (acknowledged.Count >= 30)
                        underWay.TrySetResult();
                }
                catch (HttpRequestException) when (node == nodes[2])
                {
                    return; // the client of the dead node
                }

                if (killed.IsCancellationRequested)
                    afterwards++; // the others go on
            }
        }

        var pushers = Enumerable.Range(0, 6).Select(PushAsync).ToList();
        await underWay.Task;
        await nodes[2].KillAsync();
        await killed.CancelAsync();
        await Task.WhenAll(pushers);

        foreach (var (name, tag, manifest) in acknowledged)
            foreach (var survivor in nodes[..2])
                Assert.Equal(manifest.Bytes, await new TestRepository(survivor.Client, name).GetAsync($"manifests/{tag}").BytesAsync());

        var back = await site.StartAsync();
        var (anyName, anyTag, any) = acknowledged.First();
        Assert.Equal(any.Bytes, await new TestRepository(back.Client, anyName).GetAsync($"manifests/{anyTag}").BytesAsync());
    }

    [Fact]
    public async Task Many_writers_on_all_nodes_and_one_repository_lose_nothing()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await StartThreeAsync(site);
        var name = nodes[0].Client.NewRepository().Name;
        await Task.WhenAll(Enumerable.Range(0, 9).Select(async writer =>
        {
            var repository = new TestRepository(nodes[writer % 3].Client, name);
            for (var i = 0; i < 10; i++)
                await repository.PushImageAsync($"w{writer}-{i}");
        }));
        var expected = Enumerable.Range(0, 90).Select(i => $"w{i / 10}-{i % 10}").Order(StringComparer.Ordinal);
        foreach (var node in nodes)
            Assert.Equal(expected, (await Paging.ReadAsync(node.Client, $"/v2/{name}/tags/list", "tags")).SelectMany(page => page));
    }

    // At once, on an empty database: they do not collide.
    private static Task<RegistryProcess[]> StartThreeAsync(Site site) =>
        Task.WhenAll(site.StartAsync(), site.StartAsync(), site.StartAsync());
}
