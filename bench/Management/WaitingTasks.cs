using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Bench.Management;

/// <summary>
/// How long a task of one repository takes while very many wait on another: held up by a task that reads a pipe, and then
/// let go.
/// </summary>
internal static class WaitingTasks
{
    private const int Waiting = 10_000;

    public static async Task MeasureAsync(Server server)
    {
        var (crowded, digest) = await RepositoryAsync(server, "crowded");
        var (quiet, other) = await RepositoryAsync(server, "quiet");
        var alone = await TagsAsync(server, quiet, other, "a");
        var file = PathOf(server, $"sha256:{Hash("layer of crowded")}");
        File.Delete(file);
        using (var make = Process.Start("mkfifo", [file]))
            await make.WaitForExitAsync();
        await using (var pipe = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            await PostAsync(server, $"{crowded}versions/1/repair/", []);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, Waiting), new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (i, _) => await PostAsync(
                    server, $"{crowded}tag/", new() { ["tag"] = $"w{i % 50}", ["digest"] = digest }));
            Print($"A tag on a quiet repository, nothing else going on: {alone:N1} ms");
            var beside = await TagsAsync(server, quiet, other, "b");
            Print($"The same, while {Waiting:N0} tasks wait on another one: {beside:N1} ms, {beside / alone:N2} times");
            File.Delete(file);
        }

        var amid = await TagsAsync(server, quiet, other, "c");
        var left = (int)(await GetAsync(server, $"/pulp/api/v3/tasks/?state=waiting&limit=1"))["count"]!;
        Print($"The same, while these are worked on: {amid:N1} ms, {amid / alone:N2} times; {left:N0} still waited afterwards");
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<double> TagsAsync(Server server, string repository, string digest, string prefix)
    {
        var i = 0;
        return await Lists.MedianAsync(async () =>
        {
            var task = await PostAsync(
                server, $"{repository}tag/", new() { ["tag"] = $"{prefix}{i++}", ["digest"] = digest });
            while ((string)(await GetAsync(server, task))["state"]! != "completed")
                await Task.Yield();
            return task;
        });
    }

    private static async Task<JsonNode> GetAsync(Server server, string path) =>
        JsonNode.Parse(await server.Http.GetByteArrayAsync(path))!;

    private static async Task<string> PostAsync(Server server, string path, JsonObject body)
    {
        using var response = await server.Http.PostAsync(
            path, new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json")));
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? (string)JsonNode.Parse(text)!["task"]!
            : throw new InvalidOperationException($"{path}: {text}");
    }

    /// <summary>Pushes a small image under the tag <c>first</c>. The answer is its digest.</summary>
    public static async Task<string> PushAsync(Server server, string name) => (await RepositoryAsync(server, name)).Digest;

    private static async Task<(string Href, string Digest)> RepositoryAsync(Server server, string name)
    {
        var text = $"layer of {name}";
        var (config, layer) = (await BlobAsync(server, name, "{}"), await BlobAsync(server, name, text));
        var manifest = Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config}}}","size":2},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{layer}}}","size":{{{text.Length}}} }]}
            """);
        using var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new("application/vnd.oci.image.manifest.v1+json");
        using var response = await server.Http.PutAsync($"/v2/{name}/manifests/first", content);
        response.EnsureSuccessStatusCode();
        var found = await GetAsync(server, $"/pulp/api/v3/repositories/container/container/?name={name}");
        return ((string)found["results"]![0]!["pulp_href"]!, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(manifest))}");
    }

    private static async Task<string> BlobAsync(Server server, string name, string text)
    {
        var digest = $"sha256:{Hash(text)}";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        using var response = await server.Http.PostAsync($"/v2/{name}/blobs/uploads/?digest={digest}", content);
        response.EnsureSuccessStatusCode();
        return digest;
    }

    private static string PathOf(Server server, string digest) =>
        Path.Combine(server.Directory, "blobs", "sha256", digest[7..9], digest[7..]);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
