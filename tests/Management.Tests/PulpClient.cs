using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// Speaks to the server as Pulp's own client does: it loads the document, finds operations by their id, puts hrefs into
/// paths, refuses parameters that are not declared, and compares the answer's status and media type with the
/// declaration to the letter. Source: pulp-cli, pulp_glue/common/openapi.py.
/// </summary>
public sealed class PulpClient(HttpClient http)
{
    private readonly string _correlation = Guid.NewGuid().ToString("N");
    private JsonObject? _document;

    public async Task<JsonObject> DocumentAsync() =>
        _document ??= (await JsonNode.ParseAsync(await http.GetStreamAsync("/pulp/api/v3/docs/api.json")))!.AsObject();

    /// <summary>Calls an operation and returns the body of its answer; a task is followed to its end.</summary>
    public async Task<JsonObject> CallAsync(
        string operationId, string? href = null, JsonObject? body = null, params (string Name, string Value)[] query)
    {
        if (body is not null)
            await AssertAcceptedAsync(operationId, body);
        var answer = await SendAsync(operationId, href, body, query);
        Assert.True((int)answer.Status < 300, $"{operationId}: {(int)answer.Status} {answer.Body?.ToJsonString()}");
        if (answer.Status is HttpStatusCode.NoContent)
            return [];
        var json = answer.Body!.AsObject();
        return json.Count == 1 && json.ContainsKey("task") ? await FollowAsync((string)json["task"]!) : json;
    }

    /// <summary>The resource that a task created: the first whose href begins like that.</summary>
    public async Task<JsonObject> CreateAsync(string prefix, JsonObject body, string under)
    {
        var result = await CallAsync(prefix + "create", body: body);
        if (!result.ContainsKey("created_resources"))
            return result;
        var created = result["created_resources"]!.AsArray().Select(href => (string)href!).First(
            href => href.StartsWith(under, StringComparison.Ordinal));
        return await CallAsync(prefix + "read", created);
    }

    /// <summary>The entries of a list, page by page.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(
        string operationId, string? href = null, params (string Name, string Value)[] query)
    {
        var entries = new List<JsonObject>();
        while (true)
        {
            var page = await CallAsync(
                operationId, href, query: [.. query, ("limit", "1000"), ("offset", $"{entries.Count}")]);
            entries.AddRange(page["results"]!.AsArray().Select(entry => entry!.AsObject()));
            if (page["next"] is null)
            {
                Assert.Equal(entries.Count, (int)page["count"]!);
                return entries;
            }
        }
    }

    /// <summary>The refusal that an operation meets.</summary>
    public async Task<(int Status, string Body)> RefuseAsync(
        string operationId, string? href = null, JsonObject? body = null, params (string Name, string Value)[] query)
    {
        var answer = await SendAsync(operationId, href, body, query);
        return ((int)answer.Status, answer.Body?.ToJsonString() ?? "");
    }

    /// <summary>Starts a task and returns its href.</summary>
    public async Task<string> StartAsync(string operationId, string? href, JsonObject? body = null)
    {
        var answer = await SendAsync(operationId, href, body, []);
        Assert.True(answer.Status is HttpStatusCode.Accepted, $"{operationId}: {answer.Body?.ToJsonString()}");
        return (string)answer.Body!["task"]!;
    }

    /// <summary>What becomes of a task: its result, where it has one.</summary>
    public async Task<JsonObject> FollowAsync(string task) =>
        await FollowedAsync(task) is var ended && ended["result"] is JsonObject result ? result : ended;

    /// <summary>A task at its end.</summary>
    public async Task<JsonObject> FollowedAsync(string task)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var polls = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            var json = await CallAsync("tasks_read", task);
            switch ((string)json["state"]!)
            {
                case "completed":
                    return json;
                case "failed" or "canceled":
                    throw new TaskFailedException(json["error"]?.ToJsonString() ?? "");
            }
        }
        while (await polls.WaitForNextTickAsync(patience.Token));

        throw new UnreachableException();
    }

    /// <summary>Sends a form with a file and some fields, and perhaps a declared header.</summary>
    public async Task<(int Status, JsonNode? Body)> SendFileAsync(
        string operationId, string? href, byte[] file, (string Name, string Value)? header, params (string Name, string Value)[] fields)
    {
        var (_, _, operation) = await FindAsync(operationId);
        Assert.NotNull(operation["requestBody"]!["content"]!["multipart/form-data"]);
        if (header is { } declared)
            Assert.Contains(
                operation["parameters"]!.AsArray(),
                one => (string)one!["in"]! == "header" && (string)one["name"]! == declared.Name && (bool)one["required"]!);
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(file), "file", "file");
        var answer = await SendAsync(operationId, href, null, [], form, header);
        return ((int)answer.Status, answer.Body);
    }

    // The client validates what it sends before it sends it.
    private async Task AssertAcceptedAsync(string operationId, JsonObject body)
    {
        var (_, _, operation) = await FindAsync(operationId);
        var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        Assert.True(schema is not null, $"{operationId} takes no body.");
        Assert.True(
            PulpSchema.Refusal(schema!.AsObject(), body, await DocumentAsync()) is not { } refusal,
            $"{operationId}: {PulpSchema.Refusal(schema.AsObject(), body, await DocumentAsync())}");
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        string operationId, string? href, JsonObject? body, (string Name, string Value)[] query, HttpContent? form = null,
        (string Name, string Value)? header = null)
    {
        var (path, method, operation) = await FindAsync(operationId);
        var declared = operation["parameters"]!.AsArray();
        foreach (var (name, _) in query)
            Assert.True(
                declared.Any(parameter => (string)parameter!["name"]! == name),
                $"Parameter '{name}' not available for {operationId}.");
        if (href is not null)
        {
            var parameter = Assert.Single(declared, parameter => (string)parameter!["in"]! == "path")!;
            path = path.Replace($"{{{parameter["name"]}}}", href, StringComparison.Ordinal);
        }

        var text = string.Join('&', query.Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}"));
        using var request = new HttpRequestMessage(new(method.ToUpperInvariant()), text.Length == 0 ? path : $"{path}?{text}");
        request.Headers.Add("Correlation-ID", _correlation);
        request.Content = form;
        if (header is { } extra)
            request.Content!.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        if (body is not null)
        {
            Assert.NotNull(operation["requestBody"]);
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        using var response = await http.SendAsync(request);
        Assert.Equal(_correlation, Assert.Single(response.Headers.GetValues("Correlation-ID")));
        var bytes = await response.Content.ReadAsByteArrayAsync();
        if ((int)response.StatusCode is < 300 and not 204)
            AssertDeclared(operation, response);
        return (response.StatusCode, bytes.Length == 0 ? null : JsonNode.Parse(bytes));
    }

    private static void AssertDeclared(JsonObject operation, HttpResponseMessage response)
    {
        var answer = operation["responses"]![$"{(int)response.StatusCode}"];
        Assert.True(answer is not null, $"Unexpected response '{(int)response.StatusCode}' of {operation["operationId"]}.");
        var type = response.Content.Headers.GetValues("Content-Type").Single();
        Assert.True(answer["content"]!.AsObject().ContainsKey(type), $"{operation["operationId"]} answers {type}.");
    }

    private async Task<(string Path, string Method, JsonObject Operation)> FindAsync(string operationId)
    {
        foreach (var (path, item) in (await DocumentAsync())["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
                if ((string)operation!["operationId"]! == operationId)
                    return (path, method, operation.AsObject());
        throw new ArgumentException($"The document has no operation '{operationId}'.");
    }
}

public sealed class TaskFailedException(string error) : Exception(error);
