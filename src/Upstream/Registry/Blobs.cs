using System.Net;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>The blobs of a repository. Source: OCI distribution-spec, "Pulling blobs"; RFC 9110, "Range Requests".</summary>
internal sealed class Blobs(RemoteAddress address, Exchange exchange)
{
    public Task<Stream?> OpenAsync(Digest digest, long offset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var subject = $"the blob {digest} of {address.Repository}";
        return exchange.AskAsync<Stream?>(
            UpstreamRequest.Get(address.InRepository($"blobs/{digest}"), subject) with
            {
                Offset = offset,
                IsLong = true,
                Expects = status => status is HttpStatusCode.OK or HttpStatusCode.NotFound
                    || (offset > 0 && status is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable),
            },
            async (answer, stop) => answer.Status switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.OK => await answer.OpenAsync(skip: offset, stop),
                HttpStatusCode.PartialContent when answer.Range.From == offset => await answer.OpenAsync(skip: 0, stop),
                // All of it had come already.
                HttpStatusCode.RequestedRangeNotSatisfiable when answer.Range.Length == offset => Stream.Null,
                _ => throw new UpstreamException(
                    UpstreamFailure.Unusable,
                    $"{answer.Host} has another part of {subject} than the one from byte {offset} on."),
            },
            cancellationToken);
    }
}
