using Microsoft.AspNetCore.Http;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Conformance;

/// <summary>A layer that is known and not here, and the clients of three real processes who want it at the same time.</summary>
public sealed class OnDemandClusterTests : IAsyncLifetime
{
    private const string Api = "/pulp/api/v3/";
    private const int Size = 4_000_000;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http = new();
    private FakeUpstream? _upstream;
    private Site? _site;
    private RegistryProcess[] _nodes = [];
    private Digest _layer;
    private byte[] _bytes = [];

    private FakeUpstream Upstream => _upstream!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _site = await Site.CreateAsync(CatalogueOn.Postgres);
        _nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _site.StartAsync("--Outgoing:Allow:0=127.0.0.1")));
        var words = string.Concat(Enumerable.Range(0, 1 + (Size / 8)).Select(number => $"{number:D8}"))[..Size];
        _bytes = Images.BytesOf(words);
        _layer = Upstream.Image("1.0", words).Document.Layers[0].Digest;

        var client = _nodes[0].Client;
        var remote = await client.PostAsync($"{Api}remotes/container/container/", new()
        {
            ["name"] = "upstream",
            ["url"] = Upstream.Url,
            ["upstream_name"] = FakeUpstream.Name,
            ["policy"] = "on_demand",
        });
        var repository = (string)(await client.PostAsync(
            $"{Api}repositories/container/container/",
            new() { ["name"] = "copy", ["remote"] = (string)remote["pulp_href"]! }))["pulp_href"]!;
        await client.CompleteAsync((string)(await client.PostAsync($"{repository}sync/", []))["task"]!);
        await client.CompleteAsync((string)(await client.PostAsync(
            $"{Api}distributions/container/container/",
            new() { ["name"] = "copy", ["base_path"] = "copy", ["repository"] = repository }))["task"]!);
        Assert.Equal(0, Asked);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _release.TrySetResult();
        if (_site is not null)
            await _site.DisposeAsync();
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Clients_of_all_nodes_are_answered_while_it_comes_by_one_request()
    {
        Upstream.Instead = SendHalfAsync;
        var readers = await Task.WhenAll(_nodes.SelectMany(node => Enumerable.Repeat(node, 8)).Select(OpenAsync));
        await Task.WhenAll(readers.Select(reader => ReadAsync(reader, 0, Size / 4))); // before there is more than half of it
        _release.SetResult();
        await Task.WhenAll(readers.Select(reader => ReadAsync(reader, Size / 4, Size)));
        Assert.Equal(1, Asked);
        foreach (var node in _nodes)
            await PullAsync(node);
        Assert.Equal(1, Asked);
    }

    [Fact]
    public async Task When_the_node_that_fetches_it_dies_the_next_pulls_succeed()
    {
        Upstream.Instead = SendHalfAsync;
        var first = await OpenAsync(_nodes[2]); // whoever asks first has it fetched beside them
        var followers = await Task.WhenAll(_nodes[..2].SelectMany(node => Enumerable.Repeat(node, 4)).Select(OpenAsync));
        await Task.WhenAll(followers.Append(first).Select(reader => ReadAsync(reader, 0, Size / 4)));
        await _nodes[2].KillAsync();
        await _abandoned.Task.WaitAsync(TimeSpan.FromSeconds(60));

        Upstream.Instead = null;
        await Task.WhenAll(_nodes[..2].SelectMany(node => Enumerable.Repeat(node, 4)).Select(PullAsync));
        foreach (var follower in followers) // what it began, nobody ends: they are told, and not given less than a whole
            await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(follower, Size / 4, Size));
        Assert.Equal(2, Asked);
    }

    private int Asked => Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/{_layer}");

    private async Task<Stream> OpenAsync(RegistryProcess node)
    {
        var answer = await _http.GetAsync(
            new Uri(node.Client.Address, $"/v2/copy/blobs/{_layer}"), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {(answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync())}");
        Assert.Equal(Size, answer.Content.Headers.ContentLength);
        return await answer.Content.ReadAsStreamAsync();
    }

    private async Task ReadAsync(Stream content, int from, int to)
    {
        var read = new byte[to - from];
        await content.ReadExactlyAsync(read);
        Assert.True(_bytes.AsSpan(from..to).SequenceEqual(read), "Other bytes came.");
    }

    private async Task PullAsync(RegistryProcess node)
    {
        await using var content = await OpenAsync(node);
        await ReadAsync(content, 0, Size);
    }

    private async Task<bool> SendHalfAsync(HttpContext context)
    {
        if (!context.Request.Path.Value!.EndsWith(_layer.ToString(), StringComparison.Ordinal))
            return false;
        context.Response.ContentLength = Size;
        await context.Response.BodyWriter.WriteAsync(_bytes.AsMemory(0, Size / 2));
        await context.Response.BodyWriter.FlushAsync();
        try
        {
            await _release.Task.WaitAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            _abandoned.SetResult();
            return true;
        }

        await context.Response.BodyWriter.WriteAsync(_bytes.AsMemory(Size / 2));
        return true;
    }
}
