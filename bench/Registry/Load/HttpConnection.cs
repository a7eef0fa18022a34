using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Bench.Load;

/// <summary>One kept-alive connection, one request at a time. Opened when first used, and again after the server closed it.</summary>
/// <remarks>Sockets instead of HttpClient: on a small machine the client's share of the processor is part of the result.</remarks>
internal sealed class HttpConnection(IPEndPoint endpoint) : IDisposable
{
    private Socket? _socket;
    private ResponseReader? _reader;

    public IPEndPoint Endpoint => endpoint;

    /// <summary>Sends a request without a body, or one whose body is already at its end.</summary>
    public ValueTask<HttpAnswer> ExchangeAsync(
        byte[] request, CancellationToken cancellationToken, bool hasBody = true, bool keepBody = false) =>
        ExchangeAsync(request, ReadOnlyMemory<byte>.Empty, cancellationToken, hasBody, keepBody);

    public async ValueTask<HttpAnswer> ExchangeAsync(
        byte[] head,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken,
        bool hasBody = true,
        bool keepBody = false)
    {
        await SendAsync(head, cancellationToken);
        await SendAsync(body, cancellationToken);
        return await ReceiveAsync(cancellationToken, hasBody, keepBody);
    }

    /// <summary>Sends a part of a request: for bodies too large to be held.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        if (part.IsEmpty)
            return;
        _socket ??= await OpenAsync(cancellationToken);
        while (!part.IsEmpty)
            part = part[await _socket.SendAsync(part, cancellationToken)..];
    }

    /// <summary>Receives the answer to what was sent.</summary>
    public async ValueTask<HttpAnswer> ReceiveAsync(
        CancellationToken cancellationToken, bool hasBody = true, bool keepBody = false)
    {
        _reader ??= new ResponseReader(_socket ?? throw new InvalidOperationException("Nothing was sent."));
        var answer = await _reader.ReadAsync(hasBody, keepBody, cancellationToken);
        if (_reader.IsLast)
            Dispose();
        return answer;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _reader) = (null, null);
    }

    private async ValueTask<Socket> OpenAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
