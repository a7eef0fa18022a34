namespace OrleansRegistry.Testing;

/// <summary>Plain HTTP to one server. Redirects are not followed, and no answer is judged.</summary>
public sealed class RegistryClient : IDisposable
{
    private readonly HttpClient _http;

    public RegistryClient(Uri address, SocketsHttpHandler? handler = null)
    {
        handler ??= new();
        (handler.AllowAutoRedirect, handler.UseCookies) = (false, false);
        Address = address;
        _http = new(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(100) };
    }

    public Uri Address { get; }

    /// <summary><c>127.0.0.1:port</c>, as image references write it.</summary>
    public string Authority => Address.Authority;

    public Task<HttpResponseMessage> GetAsync(string path, params IEnumerable<string> headers) =>
        SendAsync("GET", path, null, headers);

    public Task<HttpResponseMessage> SendAsync(
        string method, string path, byte[]? body = null, params IEnumerable<string> headers) =>
        SendStreamAsync(method, path, body is null ? null : new ByteArrayContent(body), headers);

    /// <param name="method">The HTTP method.</param>
    /// <param name="path">A path, or a whole address.</param>
    /// <param name="content">The body, or null.</param>
    /// <param name="headers">Each <c>Name: value</c>.</param>
    public async Task<HttpResponseMessage> SendStreamAsync(
        string method, string path, HttpContent? content, params IEnumerable<string> headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.RelativeOrAbsolute));
        request.Content = content;
        foreach (var header in headers)
        {
            var (name, value) = (header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            if (!request.Headers.TryAddWithoutValidation(name, value))
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
        }

        return await _http.SendAsync(request);
    }

    public void Dispose() => _http.Dispose();
}
