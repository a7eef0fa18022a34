using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OrleansRegistry.Bench.Load;

/// <summary>Reads one answer after another from a socket, with as little work as it can: this is a load generator.</summary>
internal sealed class ResponseReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;

    /// <summary>True once the server has announced that it closes the connection.</summary>
    public bool IsLast { get; private set; }

    /// <param name="hasBody">False for an answer to HEAD, whose Content-Length announces nothing.</param>
    /// <param name="keepBody">Bodies of errors are kept in any case.</param>
    /// <param name="cancellationToken">Leaves the connection unusable.</param>
    public async ValueTask<HttpAnswer> ReadAsync(bool hasBody, bool keepBody, CancellationToken cancellationToken)
    {
        ResponseHead head;
        do
        {
            head = await ReadHeadAsync(cancellationToken);
        }
        while (head.Status < 200);

        IsLast = head.Closes;
        if (!hasBody || head.Status is 204 or 304)
            return new HttpAnswer(head.Status, 0, head.Location, []);

        var kept = keepBody || head.Status >= 400 ? new MemoryStream() : null;
        var length = head.IsChunked
            ? await ReadChunksAsync(kept, cancellationToken)
            : await ReadBytesAsync(
                head.ContentLength ?? throw new IOException("The answer's length is not announced."), kept, cancellationToken);
        return new HttpAnswer(head.Status, length, head.Location, kept?.ToArray() ?? []);
    }

    private async ValueTask<ResponseHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
            await FillAsync(cancellationToken);
        var head = ResponseHead.Parse(_buffer.AsSpan(_start, end + 2));
        _start += end + 4;
        return head;
    }

    private async ValueTask<long> ReadChunksAsync(MemoryStream? kept, CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            var size = await ReadChunkSizeAsync(cancellationToken);
            total += await ReadBytesAsync(size, kept, cancellationToken);
            await ReadBytesAsync(2, null, cancellationToken);
            if (size == 0)
                return total;
        }
    }

    private async ValueTask<long> ReadChunkSizeAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
            await FillAsync(cancellationToken);
        var line = Encoding.ASCII.GetString(_buffer, _start, end);
        _start += end + 2;
        return long.Parse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private async ValueTask<long> ReadBytesAsync(long length, MemoryStream? kept, CancellationToken cancellationToken)
    {
        for (var missing = length; missing > 0;)
        {
            if (_start == _end)
                await FillAsync(cancellationToken);
            var available = (int)Math.Min(missing, _end - _start);
            kept?.Write(_buffer, _start, available);
            _start += available;
            missing -= available;
        }

        return length;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            _start = _end = 0;
        else if (_end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            throw new IOException("The answer's head is longer than the buffer.");
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        if (received == 0)
            throw new IOException("The server closed the connection instead of answering.");
        _end += received;
    }
}
