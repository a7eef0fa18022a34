using System.Net.Sockets;
using System.Security.Authentication;

namespace OrleansRegistry.Sync;

/// <summary>What goes wrong on the way to a host and back, in words for whoever runs the remote.</summary>
internal static class Faults
{
    /// <summary>What an exception of the network means; null where it is none, or says enough already.</summary>
    public static Exception? Translate(Exception exception, string host, CancellationToken cancellationToken)
    {
        if (exception is UpstreamException or AttemptException
            || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
            return null;
        var causes = Causes(exception).ToList();
        if (causes.OfType<UpstreamException>().FirstOrDefault() is { } refusal)
            return refusal;
        return exception is OperationCanceledException or HttpRequestException or IOException or SocketException
            or TimeoutException or AuthenticationException
            ? new AttemptException(UpstreamFailure.Unreachable, Words(causes, host), exception)
            : null;
    }

    private static string Words(List<Exception> causes, string host)
    {
        if (causes.OfType<HttpRequestException>().Any(cause => cause.HttpRequestError == HttpRequestError.ProxyTunnelError))
            return $"The proxy does not connect to {host}: check proxy_url, proxy_username and proxy_password of the remote.";
        if (causes.Any(cause => cause is AuthenticationException))
            return $"There is no trusted connection to {host}: check ca_cert, client_cert and client_key of the remote, or set "
                + "tls_validation to false.";
        if (causes[0] is OperationCanceledException || causes.Any(cause => cause is TimeoutException))
            return $"{host} does not answer in time: try again later, or give the remote longer time-outs (sock_read_timeout, "
                + "connect_timeout, total_timeout).";
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket
            && socket.SocketErrorCode is not (SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown))
            return socket.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                ? $"There is no host {host}: check the url of the remote, and the names that this node knows."
                : $"{host} cannot be reached ({socket.SocketErrorCode}): check url and proxy_url of the remote.";
        return $"{host} breaks the connection off: try again later.";
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
