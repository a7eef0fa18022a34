using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>
/// What clients do on every node while a key is revoked: they push and sign, copy with signatures, roll back, and pull. What
/// they are told is counted.
/// </summary>
internal sealed class Traffic(Leak leak, IReadOnlyList<SignedImage> busy) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<(string Act, bool Taken), int> _counts = new();
    private readonly List<Task> _clients = [];

    public static IReadOnlyList<string> Acts { get; } = ["sign", "copy", "roll back"];

    /// <summary>How often something was done, or refused with the number of the revocation.</summary>
    public int this[string act, bool taken] => _counts.GetValueOrDefault((act, taken));

    public void Start(IReadOnlyList<RegistryClient> nodes)
    {
        foreach (var node in nodes)
            _clients.AddRange([
                UntilStoppedAsync(() => SignAsync(node)), UntilStoppedAsync(() => CopyAsync(node)),
                UntilStoppedAsync(() => RollBackAsync(node)), UntilStoppedAsync(() => PullAsync(node))]);
    }

    /// <summary>Until all has been taken, or refused, on and on: all that was not is said.</summary>
    public Task SeenAsync(bool taken) => Eventually.TrueAsync(
        () =>
        {
            if (_clients.FirstOrDefault(client => client.IsFaulted) is { } failed)
                return Task.FromException<bool>(failed.Exception!);
            return Task.FromResult(Acts.All(act => this[act, taken] > 0));
        },
        taken ? "all is taken" : "all is refused");

    /// <summary>Lets what is under way end, and fails where any of it failed.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task UntilStoppedAsync(Func<Task> act)
    {
        while (!_stop.IsCancellationRequested)
            await act();
    }

    private async Task SignAsync(RegistryClient node)
    {
        var name = Any().Name;
        var digest = await Leak.PushAsync(node, name);
        using var answer = await leak.SignAsync(node, name, digest);
        if (answer.StatusCode is not HttpStatusCode.NotFound) // it was rolled back
            await CountAsync("sign", answer.StatusCode is HttpStatusCode.Created, answer.Content.ReadAsStringAsync);
    }

    private async Task CopyAsync(RegistryClient node)
    {
        var target = (string)(await node.PostAsync(Leak.Repositories, new() { ["name"] = $"copy/{Guid.NewGuid():N}" }))["pulp_href"]!;
        await RunAsync(node, "copy", $"{target}copy_manifests/", new()
        {
            ["source_repository_version"] = Any().Version,
            ["with_signatures"] = true,
        });
    }

    private async Task RollBackAsync(RegistryClient node)
    {
        var image = Any();
        await RunAsync(node, "roll back", $"{image.Repository}rollback/", new() { ["number"] = NumberOf(image.Version) });
    }

    private async Task PullAsync(RegistryClient node)
    {
        var image = Any();
        await node.GetAsync($"/extensions/v2/{image.Name}/signatures/{image.Digest}").Answers(200);
        await node.GetAsync($"/v2/{image.Name}/manifests/1").Answers(200);
    }

    private async Task RunAsync(RegistryClient node, string act, string path, JsonObject body)
    {
        using var answer = await node.SendAsync(
            "POST", path, Encoding.UTF8.GetBytes(body.ToJsonString()), "Content-Type: application/json");
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode is not HttpStatusCode.Accepted)
        {
            await CountAsync(act, false, () => Task.FromResult(text));
            return;
        }

        var task = (string)JsonNode.Parse(text)!["task"]!;
        JsonNode? ended = null;
        await Eventually.TrueAsync(
            async () => (string)(ended = await node.ReadAsync(task))["state"]! is "completed" or "failed", "the task ends");
        await CountAsync(act, (string)ended!["state"]! == "completed", () => Task.FromResult(ended.ToJsonString()));
    }

    private async Task CountAsync(string act, bool taken, Func<Task<string>> said)
    {
        if (!taken)
            Assert.Contains("(revocation ", await said(), StringComparison.Ordinal);
        _counts.AddOrUpdate((act, taken), 1, (_, count) => count + 1);
    }

    private SignedImage Any() => busy[Random.Shared.Next(busy.Count)];

    private static int NumberOf(string version) =>
        int.Parse(version.TrimEnd('/').Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);
}
