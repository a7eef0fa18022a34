using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Every way on which a signature can be seen, asked by somebody who did not log in.</summary>
internal sealed class Probes(Leak leak)
{
    private readonly List<(string Path, Func<int, byte[], bool> IsClean)> _probes = [];

    public int Count => _probes.Count;

    /// <summary>The ways to the signatures of an image, of which the good key's are left.</summary>
    public void Add(SignedImage image)
    {
        var at = image.Digest.Replace(':', '=');
        Add($"/extensions/v2/{image.Name}/signatures/{image.Digest}", (status, body) =>
            status == 200 && leak.Count(JsonNode.Parse(body)!) == (0, 1));
        Add($"/extensions/v2/{image.Name}/signatures/?n=100", (status, body) =>
            status == 200 && leak.Count(JsonNode.Parse(body)!) is (0, >= 1));
        Add($"/lookaside/{image.Name}@{at}/signature-1", (status, body) => status == 200 && leak.IsGood(body));
        Add($"/lookaside/{image.Name}@{at}/signature-2", (status, _) => status == 404);
    }

    /// <summary>The ways to what a repository holds, and an old version of it.</summary>
    /// <param name="image">The repository.</param>
    /// <param name="hrefs">What was listed in the old version, and is not shown any more.</param>
    public void AddListed(SignedImage image, IReadOnlyCollection<string> hrefs)
    {
        foreach (var version in new[] { image.Repository, image.Version })
        {
            Add($"{Leak.Api}content/container/signatures/?limit=100&repository_version={version}", IsListWithoutIt);
            Add($"{Leak.Api}content/container/signatures/?key_id={leak.KeyId}&repository_version={version}", IsEmptyList);
            Add($"{Leak.Api}content/?limit=100&repository_version={version}", (status, body) =>
                IsListWithoutIt(status, body) && !hrefs.Any(href => Text(body).Contains(href, StringComparison.Ordinal)));
        }

        Add($"{Leak.Api}content/container/signatures/?manifest={image.Digest}", IsListWithoutIt);
        foreach (var href in hrefs)
            Add(href, (status, _) => status == 404);
    }

    /// <summary>The ways to an image that is withdrawn itself, as one that carries signatures of cosign is.</summary>
    public void AddWithdrawn(string name, string digest, string tag, string subject)
    {
        Add($"/v2/{name}/manifests/{digest}", (status, _) => status == 404);
        Add($"/v2/{name}/manifests/{tag}", (status, _) => status == 404);
        Add($"/v2/{name}/tags/list", (status, body) => status == 200 && !Text(body).Contains(tag, StringComparison.Ordinal));
        Add($"/v2/{name}/referrers/{subject}", (status, body) =>
            status == 200 && !Text(body).Contains(digest, StringComparison.Ordinal));
        Add($"{Leak.Api}content/container/manifests/?digest={digest}", IsEmptyList);
        Add($"{Leak.Api}content/container/tags/?name={tag}", IsEmptyList);
    }

    /// <summary>Asks so many times, every way in turn and every node in turn, many at once. The answer is what showed it.</summary>
    /// <param name="nodes">Who is asked.</param>
    /// <param name="times">How often, in all.</param>
    /// <param name="atOnce">How many questions are under way.</param>
    /// <param name="mayBeGone">Whether a node may answer nothing at all: it was taken for dead, and has ended.</param>
    public async Task<IReadOnlyCollection<string>> AskAsync(
        IReadOnlyList<RegistryClient> nodes, int times, int atOnce = 16, bool mayBeGone = false)
    {
        var shown = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await Parallel.ForAsync(0, times, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (number, token) =>
        {
            // Each node is asked in its turn, and each way on each node.
            var node = nodes[number % nodes.Count];
            var (path, isClean) = _probes[number / nodes.Count % _probes.Count];
            try
            {
                using var answer = await node.GetAsync(path);
                var body = await answer.Content.ReadAsByteArrayAsync(token);
                if (!isClean((int)answer.StatusCode, body))
                    shown.Enqueue($"{number}. {node.Authority}{path}: {(int)answer.StatusCode} {Text(body)}");
            }
            catch (HttpRequestException) when (mayBeGone)
            {
                // Nothing is shown.
            }
        });
        return shown;
    }

    private void Add(string path, Func<int, byte[], bool> isClean) => _probes.Add((path, isClean));

    private bool IsListWithoutIt(int status, byte[] body) =>
        status == 200 && (int)JsonNode.Parse(body)!["count"]! > 0 && !leak.IsNamedIn(Text(body));

    private static bool IsEmptyList(int status, byte[] body) => status == 200 && (int)JsonNode.Parse(body)!["count"]! == 0;

    private static string Text(byte[] body) => System.Text.Encoding.UTF8.GetString(body);
}
