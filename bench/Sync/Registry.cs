using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Sync;

/// <summary>A registry that was started, this one or the peer: what the measurements do with it.</summary>
internal sealed class Registry(Uri address) : IDisposable
{
    private const string Root = "/pulp/api/v3/";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };

    public string Url => address.ToString().TrimEnd('/');

    public void Dispose() => _http.Dispose();

    public async Task ReadyAsync(ServerProcess server)
    {
        while (true)
            try
            {
                using var answer = await _http.GetAsync("/v2/");
                return;
            }
            catch (HttpRequestException) when (!server.HasExited)
            {
                await Task.Delay(50);
            }
    }

    /// <summary>Images with layers of their own, each under its tag. The answer is the digests of their manifests.</summary>
    public async Task<IReadOnlyList<string>> PushAsync(string name, int count, int layers, int bytes)
    {
        var digests = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, token) =>
        {
            var config = await BlobAsync(name, Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","n":{{number}}}"""));
            var parts = new List<string>();
            for (var layer = 0; layer < layers; layer++)
                parts.Add(Describe("application/vnd.oci.image.layer.v1.tar", await BlobAsync(name, RandomNumberGenerator.GetBytes(bytes)), bytes));
            var manifest = Encoding.UTF8.GetBytes(
                $$"""
                {"schemaVersion":2,"mediaType":"{{ManifestType}}","config":{{Describe("application/vnd.oci.image.config.v1+json", config.Digest, config.Size)}},
                "layers":[{{string.Join(',', parts)}}]}
                """);
            using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new(ManifestType) } };
            using var answer = await _http.PutAsync($"/v2/{name}/manifests/t{number}", content, token);
            answer.EnsureSuccessStatusCode();
            digests[number] = DigestOf(manifest);
        });
        return digests;
    }

    public Task<string> RemoteAsync(string url, string name, JsonObject? more = null)
    {
        var body = more ?? [];
        (body["name"], body["url"], body["upstream_name"]) = ($"remote-{Guid.NewGuid():N}", url, name);
        return CreateAsync("remotes/container/container/", body);
    }

    public Task<string> RepositoryAsync() =>
        CreateAsync("repositories/container/container/", new() { ["name"] = $"copy-{Guid.NewGuid():N}" });

    public async Task ServeAsync(string repository, string path) => await FollowAsync(await PostAsync(
        $"{Root}distributions/container/container/", new() { ["name"] = path, ["base_path"] = path, ["repository"] = repository }));

    /// <summary>A synchronisation, to its end.</summary>
    public async Task<(TimeSpan Time, JsonNode Result)> SyncAsync(string repository, string remote, bool signedOnly = false)
    {
        var began = Stopwatch.GetTimestamp();
        var task = await FollowAsync(await PostAsync(
            $"{repository}sync/", new() { ["remote"] = remote, ["signed_only"] = signedOnly }));
        return (Stopwatch.GetElapsedTime(began), task["result"]!);
    }

    /// <summary>Reads a blob to its end.</summary>
    public async Task PullAsync(string name, string digest)
    {
        using var answer = await _http.GetAsync($"/v2/{name}/blobs/{digest}", HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);
    }

    public async Task<string> LayerAsync(string name, string tag) =>
        (string)JsonNode.Parse(await _http.GetStringAsync($"/v2/{name}/manifests/{tag}"))!["layers"]![0]!["digest"]!;

    private async Task<(string Digest, int Size)> BlobAsync(string name, byte[] bytes)
    {
        var digest = DigestOf(bytes);
        using var begun = await _http.PostAsync($"/v2/{name}/blobs/uploads/", null);
        var location = new Uri(address, begun.Headers.Location!);
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/octet-stream") } };
        using var answer = await _http.PutAsync(
            $"{location}{(location.Query.Length > 0 ? '&' : '?')}digest={Uri.EscapeDataString(digest)}", content);
        answer.EnsureSuccessStatusCode();
        return (digest, bytes.Length);
    }

    private async Task<string> CreateAsync(string path, JsonObject body) =>
        (string)(await PostAsync(Root + path, body))["pulp_href"]!;

    private async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new BenchmarkException($"{path}: {text}");
    }

    private async Task<JsonNode> FollowAsync(JsonNode accepted)
    {
        while (true)
        {
            var task = JsonNode.Parse(await _http.GetStringAsync((string)accepted["task"]!))!;
            if ((string)task["state"]! == "completed")
                return task;
            if ((string)task["state"]! is "failed" or "canceled")
                throw new BenchmarkException(task["error"]?.ToJsonString() ?? "The task was cancelled.");
            await Task.Delay(20);
        }
    }

    private static string Describe(string type, (string Digest, int Size) blob, int _) => Describe(type, blob.Digest, blob.Size);

    private static string Describe(string type, string digest, int size) =>
        $$"""{"mediaType":"{{type}}","digest":"{{digest}}","size":{{size}}}""";

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
