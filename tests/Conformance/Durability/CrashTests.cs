using System.Collections.Concurrent;

namespace OrleansRegistry.Conformance;

/// <summary>Nothing acknowledged is lost by <c>kill -9</c> on the next instruction.</summary>
public sealed class CrashTests
{
    private const string Octets = "Content-Type: application/octet-stream";

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task Every_kind_of_write_outlives_the_process_that_acknowledged_it(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var name = node.Client.NewRepository().Name;
        async Task<TestRepository> CrashAsync()
        {
            await node.KillAsync();
            node = await site.StartAsync();
            return new(node.Client, name);
        }

        var blob = await new TestRepository(node.Client, name).PushBlobAsync(Named.Random(100_000));
        var repository = await CrashAsync();
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());

        var manifest = await repository.PushManifestAsync(Manifests.Image(blob, []), "v1");
        repository = await CrashAsync();
        Assert.Equal(manifest.Bytes, await repository.GetAsync("manifests/v1").BytesAsync());
        Assert.Equal(blob.Bytes, await repository.GetAsync($"blobs/{blob.Digest}").BytesAsync());
        Assert.Equal([["v1"]], await Paging.ReadAsync(node.Client, $"{repository.Path}/tags/list", "tags"));

        var other = node.Client.NewRepository();
        await other.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}&from={name}").Answers(201);
        repository = await CrashAsync();
        await (other with { Client = node.Client }).GetAsync($"blobs/{blob.Digest}").Answers(200);

        await repository.SendAsync("DELETE", "manifests/v1").Answers(202);
        repository = await CrashAsync();
        await repository.GetAsync("manifests/v1").Answers(404, "MANIFEST_UNKNOWN");
        await repository.GetAsync($"manifests/{manifest.Digest}").Answers(200);
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task An_upload_goes_on_where_it_stood_when_the_process_died(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        var blob = Named.Random(10_000);
        var upload = await repository.StartUploadAsync();
        await node.Client.SendAsync("PATCH", upload, blob.Bytes[..6000], "Content-Range: 0-5999", Octets).Answers(202);
        await node.KillAsync();

        node = await site.StartAsync();
        var status = await node.Client.GetAsync(upload).Answers(204);
        Assert.Equal("0-5999", status.Header("Range"));
        await node.Client.SendAsync(
            "PUT", $"{status.Header("Location")}?digest={blob.Digest}", blob.Bytes[6000..], "Content-Range: 6000-9999", Octets)
            .Answers(201);
        Assert.Equal(blob.Bytes, await (repository with { Client = node.Client }).GetAsync($"blobs/{blob.Digest}").BytesAsync());
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task A_crash_amid_many_pushes_loses_none_that_was_acknowledged(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var shared = node.Client.NewRepository();
        var acknowledged = new ConcurrentBag<(string Repository, string Tag, Named Manifest)>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pushers = Enumerable.Range(0, 6).Select(async pusher =>
        {
            var repository = pusher % 2 == 0 ? shared : node.Client.NewRepository();
            try
            {
                for (var i = 0; ; i++)
                {
                    var tag = $"p{pusher}-{i}";
                    acknowledged.Add((repository.Name, tag, await repository.PushImageAsync(tag)));
                    if (acknowledged.Count >= 60)
                        enough.TrySetResult();
                }
            }
            catch (HttpRequestException)
            {
                // The process is gone: what was not answered may be lost.
            }
        }).ToList();
        await enough.Task;
        await node.KillAsync();
        await Task.WhenAll(pushers);

        node = await site.StartAsync();
        foreach (var (name, tag, manifest) in acknowledged)
        {
            var repository = new TestRepository(node.Client, name);
            Assert.Equal(manifest.Bytes, await repository.GetAsync($"manifests/{tag}").BytesAsync());
            var json = System.Text.Json.Nodes.JsonNode.Parse(manifest.Bytes)!;
            await repository.GetAsync($"blobs/{json["layers"]![0]!["digest"]}").Answers(200);
            await repository.GetAsync($"blobs/{json["config"]!["digest"]}").Answers(200);
        }
    }

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task An_interrupted_server_ends_cleanly_and_serves_everything_again(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        var image = await repository.PushImageAsync("v1");
        Assert.Equal(0, await node.InterruptAsync());
        node = await site.StartAsync();
        Assert.Equal(image.Bytes, await (repository with { Client = node.Client }).GetAsync("manifests/v1").BytesAsync());
    }
}
