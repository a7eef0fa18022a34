using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansRegistry.Management;

/// <summary>
/// An answer of server-sent events, open until there is nothing more to tell, the caller hangs up, or the node leaves.
/// Source: WHATWG HTML, "Server-sent events".
/// </summary>
/// <remarks>Written by hand: what the platform has knows no comments, by which an idle stream stays alive.</remarks>
internal sealed class EventStream(Func<CancellationToken, IAsyncEnumerable<SentEvent>> events) : IResult
{
    public const string MediaType = "text/event-stream";

    private static readonly IResult Leaving = PulpJson.Answer(
        new JsonObject { ["detail"] = "This node is leaving; ask another one." },
        StatusCodes.Status503ServiceUnavailable);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var leaving = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        if (leaving.IsCancellationRequested)
        {
            await Leaving.ExecuteAsync(httpContext);
            return;
        }

        var isHead = HttpMethods.IsHead(httpContext.Request.Method);
        using var place = isHead ? null : services.GetRequiredService<OpenStreams>().Enter(httpContext);
        var response = httpContext.Response;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // proxies would hold back what is to be seen now
        if (isHead)
            return;
        httpContext.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, leaving);
        try
        {
            await foreach (var sent in events(end.Token))
            {
                await response.WriteAsync(sent.Text, Encoding.UTF8, end.Token);
                await response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Whoever is still there finds the stream at its end, and asks again.
        }
        catch (StoreUnavailableException) when (response.HasStarted)
        {
            // Alike: there he meets the outage.
        }
    }
}

/// <summary>One event on its way: the text that clients read.</summary>
internal readonly record struct SentEvent(string Text)
{
    /// <summary>Nothing, said aloud, so that nobody on the way takes the stream for dead.</summary>
    public static SentEvent Silence { get; } = new(":\n\n");

    /// <param name="type">What clients listen for.</param>
    /// <param name="json">One line.</param>
    public static SentEvent Of(string type, string json) => new($"event: {type}\ndata: {json}\n\n");
}
