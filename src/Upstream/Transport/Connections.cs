using System.Net;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>The connections of one remote: to its own host, and to all others, which learn nothing of who asks.</summary>
internal sealed class Connections
{
    private readonly RemoteAddress _address;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers;
    private readonly HttpMessageInvoker _own;
    private readonly HttpMessageInvoker _others;

    /// <exception cref="UpstreamException">A setting cannot be used.</exception>
    public Connections(
        RemoteAddress address, RemoteSettings settings, RemoteSecrets secrets, Patience patience, GuardedConnection guard)
    {
        _address = address;
        _headers = Checked(settings.Headers ?? []);
        var tls = new TlsSettings(settings, secrets);
        var proxy = Proxy(settings, secrets);
        HasProxy = proxy is not null;
        _own = new(Handler(tls, address.Origin.Host, proxy, patience, guard));
        _others = new(Handler(tls, null, proxy, patience, guard));
    }

    public bool HasProxy { get; }

    /// <summary>Sends a request to whatever host it is for. The answer's body is not read yet.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!_address.IsOwn(request.RequestUri!))
            return _others.SendAsync(request, cancellationToken);
        foreach (var header in _headers)
            if (!request.Headers.Contains(header.Key) || header.Key.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
            {
                request.Headers.Remove(header.Key);
                request.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

        return _own.SendAsync(request, cancellationToken);
    }

    private static SocketsHttpHandler Handler(
        TlsSettings tls, string? ownHost, WebProxy? proxy, Patience patience, GuardedConnection guard) => new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            PreAuthenticate = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ActivityHeadersPropagator = null,
            ConnectTimeout = patience.Connect,
            ConnectCallback = guard.ConnectAsync,
            SslOptions = tls.For(ownHost),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10), // a host may move
        };

    private static WebProxy? Proxy(RemoteSettings settings, RemoteSecrets secrets)
    {
        if (string.IsNullOrEmpty(settings.ProxyUrl))
            return null;
        if (!Uri.TryCreate(settings.ProxyUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UpstreamException(
                UpstreamFailure.Unusable, "The remote's proxy_url is none of the form http://host:port or https://host:port.");
        return new(url)
        {
            Credentials = secrets.ProxyUsername is { } name ? new NetworkCredential(name, secrets.ProxyPassword ?? "") : null,
        };
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Checked(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        headers.FirstOrDefault(header => !IsHeader(header)) is { Key: { } name }
            ? throw new UpstreamException(
                UpstreamFailure.Unusable, $"The remote's headers have '{name}', which is no header of a request, or has no such value.")
            : headers;

    private static bool IsHeader(KeyValuePair<string, string> header)
    {
        using var request = new HttpRequestMessage();
        try
        {
            return !header.Value.AsSpan().ContainsAnyInRange('\0', '\u001f')
                && request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
