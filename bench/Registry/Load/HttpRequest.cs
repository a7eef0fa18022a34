using System.Net;
using System.Text;

namespace OrleansRegistry.Bench.Load;

/// <summary>The bytes of HTTP/1.1 requests. Without a body they are the whole request, with one its head.</summary>
internal static class HttpRequest
{
    /// <summary>What a client of images accepts: without it, the peer hides manifests of the newer kinds.</summary>
    public const string Accept =
        "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
        + "application/vnd.docker.distribution.manifest.v2+json, "
        + "application/vnd.docker.distribution.manifest.list.v2+json, */*";

    public static byte[] Get(IPEndPoint endpoint, string target) => Head(endpoint, "GET", target);

    /// <param name="endpoint">Named in the Host field.</param>
    /// <param name="method">As it goes over the wire.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="contentLength">Length of the body that the caller sends next; null for none.</param>
    /// <param name="contentType">Media type of that body.</param>
    public static byte[] Head(
        IPEndPoint endpoint, string method, string target, long? contentLength = null, string? contentType = null)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {endpoint}\r\nAccept: {Accept}\r\n");
        if (contentLength is not null)
            head.Append($"Content-Length: {contentLength}\r\n");
        if (contentType is not null)
            head.Append($"Content-Type: {contentType}\r\n");
        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }
}
