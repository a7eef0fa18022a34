using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What one node shows of signatures, route by route.</summary>
public sealed class Routes(HttpClient http)
{
    public HttpClient Http => http;

    public PulpClient Pulp => field ??= new(http);

    public async Task<int> StatusAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        using var head = await http.SendAsync(new(HttpMethod.Head, path));
        Assert.Equal(answer.StatusCode, head.StatusCode);
        return (int)answer.StatusCode;
    }

    /// <summary>The signatures of a manifest by the registry extension.</summary>
    public async Task<List<byte[]>> ExtensionAsync(string name, string digest) =>
        ContentsOf(await JsonAsync($"/extensions/v2/{name}/signatures/{digest}"));

    /// <summary>All signatures of a repository: the sizes of the pages, and what they hold.</summary>
    public async Task<(List<int> Pages, List<byte[]> Signatures)> RepositoryAsync(string name, int page)
    {
        var (pages, signatures) = (new List<int>(), new List<byte[]>());
        for (var next = $"/extensions/v2/{name}/signatures/?n={page}"; next is not null;)
        {
            using var answer = await http.GetAsync(next);
            var found = ContentsOf(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
            (next, _) = (NextOf(answer), found);
            pages.Add(found.Count);
            signatures.AddRange(found);
        }

        return (pages, signatures);
    }

    /// <summary>The signatures of a manifest as clients of lookaside find them: from 1, up to the first 404.</summary>
    public async Task<List<byte[]>> LookasideAsync(string name, string digest)
    {
        var found = new List<byte[]>();
        while (true)
        {
            using var answer = await http.GetAsync(
                $"/lookaside/{name}@{digest.Replace(':', '=')}/signature-{found.Count + 1}");
            if (answer.StatusCode is HttpStatusCode.NotFound)
                return found;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            found.Add(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    /// <summary>The digests that the management REST lists of a repository's kind of content.</summary>
    public async Task<List<string>> ListedAsync(string kind, string repository, string field = "digest") =>
        [.. (await Pulp.ListAsync($"content_container_{kind}_list", null, ("repository_version", repository)))
            .Select(one => (string)one[field]!)];

    public async Task<List<string>> TagsAsync(string name, int page = 1000)
    {
        var tags = new List<string>();
        for (var next = $"/v2/{name}/tags/list?n={page}"; next is not null;)
        {
            using var answer = await http.GetAsync(next);
            next = NextOf(answer);
            var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tags"]!.AsArray();
            Assert.True(next is null || found.Count == page, "A page is not full, and not the last.");
            tags.AddRange(found.Select(tag => (string)tag!));
        }

        return tags;
    }

    public async Task<List<string>> ReferrersAsync(string name, string digest, string query = "")
    {
        using var answer = await http.GetAsync($"/v2/{name}/referrers/{digest}{query}");
        Assert.Equal(query.Length > 0, answer.Headers.Contains("OCI-Filters-Applied"));
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["manifests"]!.AsArray()
            .Select(entry => (string)entry!["digest"]!)];
    }

    private async Task<JsonNode> JsonAsync(string path) => JsonNode.Parse(await http.GetStringAsync(path))!;

    private static List<byte[]> ContentsOf(JsonNode list) =>
        [.. list["signatures"]!.AsArray().Select(entry => Convert.FromBase64String((string)entry!["content"]!))];

    private static string? NextOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
}
