using System.Net;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync;

/// <summary>
/// Signatures as files beside a registry: <c>team/app@sha256=…/signature-1</c> and so on, until one is absent. Nobody logs in.
/// </summary>
/// <remarks>Source: containers-registries.d(5); Pulp gives the upstream name as the remote has it.</remarks>
internal sealed class Lookaside(RemoteAddress address, Exchange exchange, TimeProvider time)
{
    private readonly Remembered<bool> _isForbiddenAbsent = new(time);

    public async Task<IReadOnlyList<byte[]>> ListAsync(Digest manifest, CancellationToken cancellationToken)
    {
        var found = new List<byte[]>();
        try
        {
            while (found.Count < SignatureBytes.MaxCount
                && await FindAsync(manifest, found.Count + 1, cancellationToken) is { } signature)
                found.Add(signature);
        }
        catch (UpstreamException exception) when (exception.Failure != UpstreamFailure.Forbidden)
        {
            throw new UpstreamException(
                UpstreamFailure.SignaturesUnavailable, $"Signatures cannot be read: {exception.Message}", exception);
        }

        return found;
    }

    private async Task<byte[]?> FindAsync(Digest manifest, int number, CancellationToken cancellationToken)
    {
        var request = Request(manifest, number);
        var (status, bytes) = await AskAsync(request, cancellationToken);
        if (status != HttpStatusCode.Forbidden)
            return bytes;
        return await _isForbiddenAbsent.GetAsync(IsForbiddenAbsentAsync, cancellationToken)
            ? null
            : throw new UpstreamException(
                UpstreamFailure.Denied,
                $"{request.Url.Authority} answers 403 to a request for {request.Subject}, and not for what does not exist: let "
                + "everybody read it.");
    }

    // Stores of objects that nobody may list answer 403 for what is not there: so for a name that cannot be.
    private async Task<bool> IsForbiddenAbsentAsync(CancellationToken cancellationToken)
    {
        var nothing = Digest.Parse($"sha256:{new string('0', 64)}");
        var (status, _) = await AskAsync(Request(nothing, 1), cancellationToken);
        return status == HttpStatusCode.Forbidden;
    }

    private Task<(HttpStatusCode Status, byte[]? Bytes)> AskAsync(
        UpstreamRequest request, CancellationToken cancellationToken) => exchange.AskAsync(
        request,
        async (answer, stop) => answer.Status == HttpStatusCode.OK
            ? (answer.Status, await answer.ReadStartAsync(SignatureBytes.MaxBytes, stop))
            : (answer.Status, (byte[]?)null),
        cancellationToken);

    private UpstreamRequest Request(Digest manifest, int number) => UpstreamRequest.Get(
        new($"{address.Sigstore}/{address.GivenName}@{manifest.Algorithm}={manifest.Hex}/signature-{number}"),
        $"signature {number} of {manifest}") with
    {
        WithLogin = false,
        Expects = status => status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Forbidden,
    };
}
