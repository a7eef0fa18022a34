using System.Net;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Layers that are known and not here, and come when somebody pulls them.</summary>
public abstract class OnDemandTests(Server server) : SyncScenario(server)
{
    private const int Size = 1_000_000;

    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_first_pull_fetches_a_layer_and_keeps_it()
    {
        var (name, layer, bytes) = await OnDemandAsync();
        Assert.Equal(0, Asked(layer));
        Assert.False(IsHere(layer));

        Assert.Equal(bytes, await PullAsync(name, layer));
        Assert.Equal(bytes, await PullAsync(name, layer));
        Assert.Equal(1, Asked(layer));
        Assert.True(IsHere(layer));
    }

    [Fact]
    public async Task A_streamed_layer_is_passed_on_and_not_kept()
    {
        var (name, layer, bytes) = await OnDemandAsync("streamed");
        Assert.Equal(bytes, await PullAsync(name, layer));
        Assert.Equal(bytes, await PullAsync(name, layer));
        Assert.False(IsHere(layer));
    }

    [Fact]
    public async Task Configs_are_always_brought_for_the_catalogue_tells_of_them()
    {
        await OnDemandAsync();
        var image = Upstream.Tags["1.0"];
        Assert.True(IsHere(image.Document.Config!.Digest));
    }

    [Fact]
    public async Task All_who_ask_for_one_layer_at_once_are_answered_while_it_comes_by_one_request()
    {
        var (name, layer, bytes) = await OnDemandAsync();
        Upstream.Instead = context => SendAsync(context, layer, bytes, holdAt: Size / 2);
        var readers = new List<(HttpResponseMessage Answer, Stream Content)>();
        var half = new byte[Size / 4];
        for (var number = 0; number < 20; number++)
        {
            var answer = await Http.GetAsync($"/v2/{name}/blobs/{layer}", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(Size, answer.Content.Headers.ContentLength);
            readers.Add((answer, await answer.Content.ReadAsStreamAsync()));
        }

        foreach (var (_, content) in readers)
        {
            await content.ReadExactlyAsync(half); // before the upstream has sent the rest
            Assert.Equal(bytes[..half.Length], half);
        }

        _release.SetResult();
        foreach (var (answer, content) in readers)
        {
            using var rest = new MemoryStream();
            await content.CopyToAsync(rest);
            Assert.Equal(bytes[half.Length..], rest.ToArray());
            answer.Dispose();
        }

        Assert.Equal(1, Asked(layer));
    }

    [Fact]
    public async Task A_range_of_a_layer_that_comes_is_served()
    {
        var (name, layer, bytes) = await OnDemandAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{name}/blobs/{layer}");
        request.Headers.Range = new(Size - 10, null);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[^10..], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_download_that_breaks_off_goes_on_where_it_stopped()
    {
        var (name, layer, bytes) = await OnDemandAsync();
        var ranges = new List<string>();
        Upstream.Instead = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith(layer.ToString(), StringComparison.Ordinal))
                return false;
            ranges.Add(context.Request.Headers.Range.ToString());
            if (ranges.Count > 1)
                return false;
            context.Response.ContentLength = Size;
            await context.Response.BodyWriter.WriteAsync(bytes.AsMemory(0, Size / 2));
            await context.Response.BodyWriter.FlushAsync();
            context.Abort();
            return true;
        };
        Assert.Equal(bytes, await PullAsync(name, layer));
        Assert.Equal(2, ranges.Count);
        Assert.StartsWith("bytes=", ranges[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_not_the_blob_are_never_passed_on_as_a_whole_one()
    {
        var (name, layer, bytes) = await OnDemandAsync();
        var altered = bytes.ToArray();
        altered[^1] ^= 1;
        Upstream.Blobs[layer.ToString()] = altered;
        await Assert.ThrowsAnyAsync<Exception>(() => PullAsync(name, layer));
        Assert.False(IsHere(layer));

        Upstream.Blobs[layer.ToString()] = bytes;
        Assert.Equal(bytes, await PullAsync(name, layer));
    }

    [Fact]
    public async Task A_layer_that_nobody_has_is_missing_and_an_upstream_that_does_not_answer_is_a_bad_gateway()
    {
        var (name, layer, _) = await OnDemandAsync();
        Upstream.Blobs.TryRemove(layer.ToString(), out _);
        using (var missing = await Http.GetAsync($"/v2/{name}/blobs/{layer}"))
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await Upstream.DisposeAsync();
        using var gone = await Http.GetAsync($"/v2/{name}/blobs/{layer}");
        Assert.Equal(HttpStatusCode.BadGateway, gone.StatusCode);
        Assert.Contains("UNAVAILABLE", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_immediate_sync_brings_what_was_only_promised()
    {
        var (_, layer, _) = await OnDemandAsync();
        await SyncAsync(await RemoteAsync());
        Assert.True(IsHere(layer));
        Assert.Equal(1, await LatestAsync(Repository));
    }

    private int Asked(Digest blob) => Upstream.Asked($"GET /v2/{FakeUpstream.Name}/blobs/{blob}");

    /// <summary>An image with one large layer, synchronised on demand, and served.</summary>
    private async Task<(string Name, Digest Layer, byte[] Bytes)> OnDemandAsync(string policy = "on_demand")
    {
        var words = string.Concat(Enumerable.Repeat(Unique("x"), 1 + (Size / 33)))[..Size];
        Manifest image = Upstream.Image("1.0", words);
        await SyncAsync(await RemoteAsync(("policy", policy)));
        return (await ServeAsync(), image.Document.Layers[0].Digest, Images.BytesOf(words));
    }

    private async Task<byte[]> PullAsync(string name, Digest blob)
    {
        using var answer = await Http.GetAsync($"/v2/{name}/blobs/{blob}");
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<bool> SendAsync(HttpContext context, Digest blob, byte[] bytes, int holdAt)
    {
        if (!context.Request.Path.Value!.EndsWith(blob.ToString(), StringComparison.Ordinal))
            return false;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes.AsMemory(0, holdAt));
        await context.Response.BodyWriter.FlushAsync();
        await _release.Task;
        await context.Response.BodyWriter.WriteAsync(bytes.AsMemory(holdAt));
        return true;
    }
}

public sealed class SqliteOnDemandTests(SqliteServer server) : OnDemandTests(server);

public sealed class PostgresOnDemandTests(PostgresServer server) : OnDemandTests(server);
