using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansRegistry.Testing;

/// <summary>What a registry was asked.</summary>
/// <param name="Target">As on the wire: path and query, or a whole URL where it was taken for a proxy.</param>
/// <param name="Headers">All values of a header, with commas.</param>
/// <param name="Client">The subject of the client's certificate, or null.</param>
public sealed record ScriptedRequest(
    string Method, string Target, IReadOnlyDictionary<string, string> Headers, string? Client)
{
    /// <summary>A header, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>
/// Another registry, which answers as a test wants it and remembers what it was asked. It listens at 127.0.0.1. For what
/// nobody scripted it answers 404.
/// </summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();
    private readonly bool _isHttps;

    private ScriptedUpstream(X509Certificate2? certificate)
    {
        _isHttps = certificate is not null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowHostHeaderOverride = true; // of a whole URL whose host is in another case
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                    listen.UseHttps(certificate, https =>
                    {
                        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        https.AllowAnyClientCertificate();
                    });
            });
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The root, by address.</summary>
    public string Url => UrlAt("127.0.0.1");

    /// <summary>Host and port, as in the names of images.</summary>
    public string Host => $"127.0.0.1:{Port}";

    public int Port { get; private set; }

    /// <summary>All that it was asked, in order of arrival.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>Starts one; with a certificate it speaks TLS, and asks for that of the client.</summary>
    public static async Task<ScriptedUpstream> StartAsync(X509Certificate2? certificate = null)
    {
        var upstream = new ScriptedUpstream(certificate);
        await upstream._app.StartAsync();
        var addresses = upstream._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        upstream.Port = new Uri(addresses.Addresses.Single()).Port;
        return upstream;
    }

    /// <summary>The root by another name for the same machine.</summary>
    public string UrlAt(string host) => $"{(_isHttps ? "https" : "http")}://{host}:{Port}";

    /// <summary>What to answer to requests for a path: the first time, the second time, …, and the last one for ever.</summary>
    public void On(string path, params RequestDelegate[] inTurn) => _scripts[path] = new(inTurn);

    /// <summary>The requests for a path, whatever their query.</summary>
    public IReadOnlyList<ScriptedRequest> RequestsFor(string path) =>
        [.. _requests.Where(request => request.Target.Split('?')[0] == path)];

    public async ValueTask DisposeAsync()
    {
        // Requests that a test left open end with it.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        _requests.Enqueue(new(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(
                header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Connection.ClientCertificate?.Subject));
        if (_scripts.TryGetValue(context.Request.Path.Value ?? "", out var script))
            return script.Next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class Script(RequestDelegate[] inTurn)
    {
        private int _asked;

        public Task Next(HttpContext context) =>
            inTurn[Math.Min(Interlocked.Increment(ref _asked), inTurn.Length) - 1](context);
    }
}
