using System.Net;
using System.Text;
using System.Text.Json;
using OrleansRegistry.Bench.Sides;

namespace OrleansRegistry.Bench.Sync;

/// <summary>An upstream that has nothing but many tags, and says at once that none has a manifest.</summary>
internal sealed class ManyTags : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly byte[] _list;
    private readonly Task _answering;

    private ManyTags(int tags)
    {
        Url = $"http://127.0.0.1:{LoopbackPort.Free(1)[0]}";
        _list = JsonSerializer.SerializeToUtf8Bytes(
            new { name = "bench/tags", tags = Enumerable.Range(0, tags).Select(number => $"t{number}") });
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _answering = AnswerAsync();
    }

    public string Url { get; }

    public static ManyTags Start(int tags) => new(tags);

    public async Task ReadAsync()
    {
        using var http = new HttpClient();
        using var json = JsonDocument.Parse(await http.GetByteArrayAsync($"{Url}/v2/bench/tags/tags/list"));
        _ = json.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).ToList();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var isList = context.Request.Url!.AbsolutePath.EndsWith("/tags/list", StringComparison.Ordinal);
                context.Response.StatusCode = isList || context.Request.Url.AbsolutePath == "/v2/" ? 200 : 404;
                context.Response.ContentType = "application/json";
                var body = isList ? _list : Encoding.UTF8.GetBytes("{}");
                if (context.Request.HttpMethod == "GET")
                    await context.Response.OutputStream.WriteAsync(body);
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
