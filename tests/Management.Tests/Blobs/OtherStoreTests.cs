using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Management.Tests;

/// <summary>An image goes in and out over HTTP where blobs have no files.</summary>
public sealed class OtherStoreTests : IAsyncLifetime
{
    private const string Name = "memory/app";

    private readonly SqliteEngine _engine = new();
    private readonly MemoryBlobs _blobs = new();
    private HostedRegistry? _registry;

    private HttpClient Http => _registry!.Nodes[0];

    public async ValueTask InitializeAsync()
    {
        await _engine.InitializeAsync();
        _registry = await HostedRegistry.StartAsync(
            _engine, services => services.AddSingleton<IBlobBytes>(_blobs).AddSingleton<IUploads>(_blobs)
                .AddSingleton<IChunkedUploads>(new MemoryChunks(_blobs)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        await _engine.DisposeAsync();
    }

    [Fact]
    public async Task An_image_is_pulled_as_it_was_pushed()
    {
        var digest = await Push.ImageAsync(Http, Name, "1", "a layer");
        var manifest = await Http.GetByteArrayAsync($"/v2/{Name}/manifests/1");
        Assert.Equal(digest, DigestOf(manifest));
        foreach (var blob in new Manifest(Oci.Digest.Parse(digest), "", manifest).Document.Blobs)
        {
            Assert.NotNull(await _blobs.OpenAsync(blob));
            Assert.Equal(blob.ToString(), DigestOf(await Http.GetByteArrayAsync($"/v2/{Name}/blobs/{blob}")));
        }

        Assert.Equal(0, _blobs.Uploads);
    }

    [Fact]
    public async Task A_blob_comes_in_chunks_and_goes_in_ranges()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        using var start = await Http.PostAsync($"/v2/{Name}/blobs/uploads/", null);
        using var first = await Http.PatchAsync(start.Headers.Location, new ByteArrayContent(bytes[..1_000_001]));
        using var rest = await Http.PatchAsync(first.Headers.Location, new ByteArrayContent(bytes[1_000_001..]));
        using var end = await Http.PutAsync($"{rest.Headers.Location}?digest={DigestOf(bytes)}", null);
        Assert.Equal(HttpStatusCode.Created, end.StatusCode);

        Assert.Equal(bytes, await (await PullAsync(bytes, null, 200)).Content.ReadAsByteArrayAsync());
        Assert.Equal(
            bytes[999_990..1_500_001],
            await (await PullAsync(bytes, "bytes=999990-1500000", 206)).Content.ReadAsByteArrayAsync());
        Assert.Equal(bytes[^7..], await (await PullAsync(bytes, "bytes=-7", 206)).Content.ReadAsByteArrayAsync());
        await PullAsync(bytes, "bytes=3000000-", 416);
    }

    [Fact]
    public async Task A_file_comes_by_the_rest_in_chunks_in_any_order()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var (pulp, body) = (new PulpClient(Http), new JsonObject { ["size"] = bytes.Length });
        var upload = (string)(await pulp.CallAsync("uploads_create", body: body))["pulp_href"]!;
        foreach (var (from, to) in new[] { (200_000, 300_000), (0, 200_000), (0, 200_000) })
        {
            var (status, _) = await pulp.SendFileAsync(
                "uploads_update", upload, bytes[from..to], ("Content-Range", $"bytes {from}-{to - 1}/{bytes.Length}"));
            Assert.Equal(200, status);
        }

        var digest = Oci.Digest.Parse(DigestOf(bytes));
        await pulp.CallAsync("uploads_commit", upload, new JsonObject { ["sha256"] = digest.Hex });
        await using var stored = await _blobs.OpenAsync(digest);
        Assert.Equal(bytes.Length, stored?.Size);
        Assert.Equal(0, _blobs.Uploads);
    }

    private async Task<HttpResponseMessage> PullAsync(byte[] blob, string? range, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{Name}/blobs/{DigestOf(blob)}");
        if (range is not null)
            request.Headers.Add("Range", range);
        var answer = await Http.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        return answer;
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
