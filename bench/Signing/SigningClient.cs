using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Signing;

/// <summary>Pushes images, and signs them by the management REST.</summary>
internal sealed class SigningClient(Uri address) : IDisposable
{
    private const string Root = "/pulp/api/v3/";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient _http = new() { BaseAddress = address };

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

    /// <summary>Images that share their blobs, each under a tag of its own.</summary>
    public async Task PushAsync(string name, int first, int count)
    {
        var config = await BlobAsync(name, "{}"u8.ToArray());
        var layer = await BlobAsync(name, "layer"u8.ToArray());
        await Parallel.ForAsync(first, first + count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, token) =>
        {
            var manifest = Encoding.UTF8.GetBytes(
                $$"""
                {"schemaVersion":2,"mediaType":"{{ManifestType}}",
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":2},
                "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{layer}}","size":5}],
                "annotations":{"number":"{{i}}"} }
                """);
            using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new(ManifestType) } };
            using var answer = await _http.PutAsync($"/v2/{name}/manifests/t{i}", content, token);
            answer.EnsureSuccessStatusCode();
        });
    }

    public Task<string> CreateKeyAsync(string kind) => CreateAsync(new()
    {
        ["name"] = $"{kind}-{Guid.NewGuid():N}",
        ["kind"] = "openpgp",
        ["generate"] = kind,
    });

    public Task<string> CreateCosignAsync(string attachment) => CreateAsync(new()
    {
        ["name"] = $"cosign-{Guid.NewGuid():N}",
        ["kind"] = "cosign",
        ["generate"] = "nistp256",
        ["attachment"] = attachment,
    });

    public Task<string> CreateScriptAsync(ProgramKey key) => CreateAsync(new()
    {
        ["name"] = $"script-{Guid.NewGuid():N}",
        ["kind"] = "script",
        ["script"] = key.Script,
        ["public_key"] = key.PublicKey,
    });

    /// <summary>Signs everything in those repositories at once; the time from the first request to the last end.</summary>
    public async Task<TimeSpan> SignAsync(string service, params string[] names)
    {
        var repositories = new List<string>();
        foreach (var name in names)
            repositories.Add((string)(await ReadAsync($"{Root}repositories/container/container/?name={name}"))
                ["results"]![0]!["pulp_href"]!);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(repositories.Select(async repository =>
        {
            var task = (string)(await PostAsync(
                $"{repository}sign/", new() { ["manifest_signing_service"] = service }))["task"]!;
            while (true)
            {
                var json = await ReadAsync(task);
                switch ((string)json["state"]!)
                {
                    case "completed":
                        return;
                    case "failed":
                        throw new BenchmarkException(json["error"]!.ToJsonString());
                }

                await Task.Delay(20);
            }
        }));
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task<string> CreateAsync(JsonObject body) =>
        (string)(await PostAsync($"{Root}signing-services/", body))["pulp_href"]!;

    private async Task<string> BlobAsync(string name, byte[] bytes)
    {
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/octet-stream") } };
        using var answer = await _http.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", content);
        answer.EnsureSuccessStatusCode();
        return digest;
    }

    private async Task<JsonNode> ReadAsync(string path) => (await _http.GetFromJsonAsync<JsonNode>(path))!;

    private async Task<JsonNode> PostAsync(string path, JsonObject body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new BenchmarkException(text);
    }
}
