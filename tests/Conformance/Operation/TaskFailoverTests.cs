using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Tasks of the management REST on three real processes, of which one is killed in the middle of them.</summary>
public sealed class TaskFailoverTests
{
    private const string Repositories = "/pulp/api/v3/repositories/container/container/";

    [Fact]
    public async Task What_a_killed_node_worked_on_is_done_once_by_another()
    {
        Needs.System(OperatingSystem.IsLinux(), "pipes are files on Linux.");
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        const string Soon = "--Tasks:Silence=00:00:03";
        var nodes = await Task.WhenAll(site.StartAsync(Soon), site.StartAsync(Soon), site.StartAsync(Soon));
        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var repository = nodes[0].Client.NewRepository();
            var image = await repository.PushImageAsync("first");
            var href = (string)(await nodes[0].Client.ReadAsync($"{Repositories}?name={repository.Name}"))["results"]![0]!["pulp_href"]!;
            return (Href: href, image.Digest, Prefix: repository.Name[^6..]);
        }));

        // One task reads a pipe, and so is in the middle of its work; others wait behind it.
        var held = images[0];
        var blob = (string)(await nodes[0].Client.ReadAsync(
            $"/pulp/api/v3/content/container/blobs/?repository_version={held.Href}"))["results"]![0]!["digest"]!;
        var file = Path.Combine(site.DataDirectory, "blobs", "sha256", blob[7..9], blob[7..]);
        File.Delete(file);
        await Command.RunAsync("mkfifo", file);
        await using var pipe = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var acknowledged = new ConcurrentBag<string>();
        var repair = await PostAsync(nodes[2], $"{held.Href}versions/1/repair/", []);
        await Eventually.TrueAsync(
            async () => (string)(await nodes[0].Client.ReadAsync(repair!))["state"]! == "running", "the repair runs");
        acknowledged.Add(repair!);
        for (var i = 0; i < 10; i++)
            acknowledged.Add((await TagAsync(nodes[2], held, i))!);

        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var killed = new CancellationTokenSource();
        var busy = Enumerable.Range(0, 3).Select(async client =>
        {
            var afterwards = 0;
            for (var i = 0; afterwards < 5; i++)
            {
                string? task;
                try
                {
                    task = await TagAsync(nodes[client], images[1 + (i % 3)], (client * 10_000) + i);
                }
                catch (HttpRequestException) when (client == 2)
                {
                    return; // the client of the dead node
                }

                if (task is not null)
                    acknowledged.Add(task);
                if (acknowledged.Count >= 60)
                    underWay.TrySetResult();
                if (killed.IsCancellationRequested)
                    afterwards++;
            }
        }).ToList();
        await underWay.Task;
        await nodes[2].KillAsync();
        File.Delete(file);
        await killed.CancelAsync();
        await Task.WhenAll(busy);

        foreach (var task in acknowledged)
            await Eventually.TrueAsync(
                async () => (string)(await nodes[0].Client.ReadAsync(task))["state"]! == "completed", $"{task} is completed");
        foreach (var (href, _, _) in images)
            await AssertOneVersionEachAsync(nodes[1], href);
    }

    private static async Task AssertOneVersionEachAsync(RegistryProcess node, string repository)
    {
        var tasks = (await node.Client.ReadAsync(
            $"/pulp/api/v3/tasks/?reserved_resources={repository}&name=pulp_container.app.tasks.tag.tag_image&limit=1000"))["results"]!
            .AsArray();
        Assert.All(tasks, task => Assert.Equal("completed", (string)task!["state"]!));
        var made = tasks.Select(task => Assert.Single(
            task!["created_resources"]!.AsArray().Select(href => (string)href!),
            href => href.StartsWith(repository, StringComparison.Ordinal))).ToList();
        var versions = (await node.Client.ReadAsync($"{repository}versions/?limit=1000"))["results"]!.AsArray()
            .Where(version => (int)version!["number"]! > 1).Select(version => (string)version!["pulp_href"]!);
        Assert.Equal(versions.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    private static Task<string?> TagAsync(RegistryProcess node, (string Href, string Digest, string Prefix) image, int number) =>
        PostAsync(node, $"{image.Href}tag/", new() { ["tag"] = $"{image.Prefix}-{number}", ["digest"] = image.Digest });

    // The task; null while the cluster has not noticed a death yet.
    private static async Task<string?> PostAsync(RegistryProcess node, string path, JsonObject body)
    {
        using var response = await node.Client.SendAsync(
            "POST", path, Encoding.UTF8.GetBytes(body.ToJsonString()), "Content-Type: application/json");
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode == 503)
            return null;
        Assert.True(202 == (int)response.StatusCode, $"{path}: {text}");
        return (string)JsonNode.Parse(text)!["task"]!;
    }
}
