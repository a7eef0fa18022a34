using System.Net;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>A stream of server-sent events, read as clients read it.</summary>
internal sealed class Events : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private Events(HttpResponseMessage answer, Stream body) => (_answer, _lines) = (answer, new(body));

    /// <summary>Comments that came so far.</summary>
    public int Comments { get; private set; }

    public static async Task<Events> OpenAsync(HttpClient http, string path)
    {
        var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        return new(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<(string Type, JsonObject Data)?> NextAsync()
    {
        var (type, data) = ("", "");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await _lines.ReadLineAsync(patience.Token) is { } line)
            if (line.StartsWith(':'))
                Comments++;
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                type = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data += line["data: ".Length..];
            else if (line.Length == 0 && data.Length > 0)
                return (type, JsonNode.Parse(data)!.AsObject());
        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }
}
