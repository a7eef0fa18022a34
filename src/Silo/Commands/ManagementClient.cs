using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Commands;

/// <summary>The management REST of a running server, for commands. A password comes from the environment.</summary>
internal sealed class ManagementClient : IDisposable
{
    public const string Usage = """
          --server URL   the server; http://127.0.0.1:24817 by default
          --user NAME    who asks; the password is read from ORLEANSREGISTRY_PASSWORD
        """;

    private const string PasswordVariable = "ORLEANSREGISTRY_PASSWORD";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;

    public ManagementClient(Arguments arguments)
    {
        if (!Uri.TryCreate(arguments.Find("--server") ?? "http://127.0.0.1:24817", UriKind.Absolute, out var server)
            || server.Scheme is not ("http" or "https"))
            throw new SettingException("--server is the URL of the server, such as https://registry.example.");
        _http = new() { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (arguments.Find("--user") is { } user)
        {
            var password = Environment.GetEnvironmentVariable(PasswordVariable)
                ?? throw new SettingException($"Put the password of {user} into {PasswordVariable}.");
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<JsonNode> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    public Task<JsonNode> PatchAsync(string path, JsonObject body) => SendAsync(HttpMethod.Patch, path, body);

    /// <summary>The one entry of a list with that name, or null.</summary>
    public async Task<JsonNode?> FindAsync(string list, string name) =>
        (await GetAsync($"{list}?name={Uri.EscapeDataString(name)}"))["results"]!.AsArray().FirstOrDefault();

    /// <summary>Follows a task to its end, and says how far it is.</summary>
    /// <exception cref="CommandFailedException">It failed.</exception>
    public async Task<JsonNode> FollowAsync(string href)
    {
        for (var said = new Dictionary<string, string>(); ;)
        {
            var task = await GetAsync(href);
            foreach (var report in task["progress_reports"]!.AsArray())
                if ($"{report!["message"]} {report["done"]}/{report["total"]}" is var line
                    && said.GetValueOrDefault((string)report["code"]!) != line)
                    await Console.Error.WriteLineAsync(said[(string)report["code"]!] = line);
            switch ((string)task["state"]!)
            {
                case "completed":
                    return task;
                case "failed" or "canceled":
                    throw new CommandFailedException($"The task {task["state"]}. {task["error"]?["description"]}");
            }

            await Task.Delay(BetweenLooks);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode
                ? JsonNode.Parse(text)!
                : throw new CommandFailedException($"{path} answered {(int)answer.StatusCode}: {text}");
        }
        catch (HttpRequestException unreachable)
        {
            throw new CommandFailedException($"{_http.BaseAddress} cannot be reached: {unreachable.Message}");
        }
    }
}

/// <summary>What a command was to do did not happen. The message says why.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
