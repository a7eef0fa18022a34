using System.Net;
using System.Text.Json;

namespace OrleansRegistry.Sync;

/// <summary>An answer, whose body is still to come.</summary>
internal sealed class UpstreamAnswer(HttpResponseMessage response, Uri url, string host, BodyTiming timing) : IDisposable
{
    private readonly List<IDisposable> _held = [response];

    public HttpStatusCode Status => response.StatusCode;

    /// <summary>Where it came from, after all redirects.</summary>
    public Uri Url => url;

    /// <summary>Who gave it, as messages name him.</summary>
    public string Host => host;

    /// <summary>Without parameters, in lower case; null where it says nothing.</summary>
    public string? MediaType => response.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();

    /// <summary>The first byte that comes, and how many there are in all, where it is only a part.</summary>
    public (long? From, long? Length) Range =>
        (response.Content.Headers.ContentRange?.From, response.Content.Headers.ContentRange?.Length);

    public HttpResponseMessage Response => response;

    /// <summary>A header's only value; null where there is none, or more than one.</summary>
    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) && values.ToList() is [var value] ? value.Trim() : null;

    /// <summary>What ends with this answer.</summary>
    public void Hold(IDisposable held) => _held.Add(held);

    /// <summary>The bytes, as they come, but for the first ones. The answer ends with the stream.</summary>
    /// <exception cref="UpstreamException">They are compressed.</exception>
    public async Task<Stream> OpenAsync(long skip, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentEncoding.Any(
            coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new UpstreamException(
                UpstreamFailure.Unusable,
                $"{host} answers with compressed bytes, which nobody asked for: let it, or the proxy before it, not do so.");
        var body = new BodyStream(await response.Content.ReadAsStreamAsync(cancellationToken), host, timing, skip, [.. _held]);
        _held.Clear();
        return body;
    }

    /// <summary>All bytes of the body.</summary>
    /// <exception cref="UpstreamException">They are too many.</exception>
    public async Task<byte[]> ReadAsync(int maxBytes, string subject, CancellationToken cancellationToken)
    {
        var bytes = response.Content.Headers.ContentLength > maxBytes ? null : await ReadStartAsync(maxBytes + 1, cancellationToken);
        return bytes?.Length <= maxBytes
            ? bytes
            : throw new UpstreamException(
                UpstreamFailure.Unusable, $"{host} answers with more than the {maxBytes} bytes that {subject} may have.");
    }

    /// <summary>So many bytes of the body, or all where they are fewer.</summary>
    public async Task<byte[]> ReadStartAsync(int maxBytes, CancellationToken cancellationToken)
    {
        await using var body = await OpenAsync(skip: 0, cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[Math.Min(maxBytes, 64 * 1024)];
        while (bytes.Length < maxBytes)
        {
            var most = (int)Math.Min(buffer.Length, maxBytes - bytes.Length);
            var count = await body.ReadAsync(buffer.AsMemory(0, most), cancellationToken);
            if (count == 0)
                break;
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>The body as JSON.</summary>
    /// <exception cref="UpstreamException">It is none, or too large.</exception>
    public async Task<JsonDocument> ReadJsonAsync(int maxBytes, string subject, CancellationToken cancellationToken)
    {
        RequireNoPage(subject);
        try
        {
            return JsonDocument.Parse(await ReadAsync(maxBytes, subject, cancellationToken));
        }
        catch (JsonException)
        {
            throw NotJson(subject);
        }
    }

    /// <summary>Refuses what is meant for a browser.</summary>
    public void RequireNoPage(string subject)
    {
        if (MediaType is "text/html" or "application/xhtml+xml")
            throw NotJson(subject);
    }

    public UpstreamException NotJson(string subject) => new(
        UpstreamFailure.Unusable,
        $"{host} answers {MediaType ?? "without a type"} where {subject} should be: is the url of the remote that of a registry?");

    public void Dispose()
    {
        foreach (var held in _held)
            held.Dispose();
        _held.Clear();
    }
}
