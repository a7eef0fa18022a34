using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Content;

namespace OrleansRegistry.Registry;

/// <summary>
/// A blob's bytes: all of them, the range asked for, or several as <c>multipart/byteranges</c>. Source: RFC 9110, 14 and
/// 15.3.7.
/// </summary>
internal sealed class BlobResult(Blob blob, ServedBlobs blobs) : IResult
{
    private const string Type = "application/octet-stream";

    private const int PieceBytes = 128 * 1024;

    public async Task ExecuteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue($"\"{blob.Digest}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (Preconditions.Evaluate(request, tag) is { } status)
        {
            response.StatusCode = status;
            return;
        }

        response.ContentType = Type;
        if (HttpMethods.IsHead(request.Method)) // for which no ranges are defined
        {
            response.ContentLength = await blobs.SizeAsync(blob, context.RequestAborted);
            return;
        }

        await using var open = await blobs.OpenAsync(blob, context.RequestAborted);
        var ranges = Preconditions.RangeCounts(request, tag) ? ByteRanges.Read(request.Headers.Range, open.Size) : null;
        await (ranges switch
        {
            null => SendWholeAsync(response, open, context.RequestAborted),
            [] => Refuse(response, open.Size),
            [var only] => SendOneAsync(response, open, only, context.RequestAborted),
            _ => SendManyAsync(response, open, ranges, context.RequestAborted),
        });
    }

    private static Task SendWholeAsync(HttpResponse response, IOpenBlob open, CancellationToken cancellationToken)
    {
        response.ContentLength = open.Size;
        return SendAsync(response, open, new(0, open.Size - 1), cancellationToken);
    }

    private static Task Refuse(HttpResponse response, long size)
    {
        response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
        response.ContentType = null;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
        return Task.CompletedTask;
    }

    private static Task SendOneAsync(
        HttpResponse response, IOpenBlob open, ByteRange range, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentLength = range.Length;
        response.Headers.ContentRange = Written(range, open.Size);
        return SendAsync(response, open, range, cancellationToken);
    }

    private static async Task SendManyAsync(
        HttpResponse response, IOpenBlob open, IReadOnlyList<ByteRange> ranges, CancellationToken cancellationToken)
    {
        var boundary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var heads = ranges.Select((range, index) => Encoding.ASCII.GetBytes(
            $"{(index == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Type: {Type}\r\n"
            + $"Content-Range: {Written(range, open.Size)}\r\n\r\n")).ToList();
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = $"multipart/byteranges; boundary={boundary}";
        response.ContentLength = heads.Sum(head => (long)head.Length) + ranges.Sum(range => range.Length) + end.Length;
        foreach (var (head, range) in heads.Zip(ranges))
        {
            await response.BodyWriter.WriteAsync(head, cancellationToken);
            await SendAsync(response, open, range, cancellationToken);
        }

        await response.BodyWriter.WriteAsync(end, cancellationToken);
    }

    // In large pieces, read straight into the buffers that the connection sends.
    private static async Task SendAsync(
        HttpResponse response, IOpenBlob open, ByteRange range, CancellationToken cancellationToken)
    {
        var writer = response.BodyWriter;
        await using var content = open.Read(range.First, range.Length);
        for (var left = range.Length; left > 0;)
        {
            var piece = writer.GetMemory((int)Math.Min(left, PieceBytes));
            var read = await content.ReadAsync(
                piece.Length > left ? piece[..(int)left] : piece, cancellationToken);
            if (read == 0)
                throw new EndOfStreamException($"The blob ends {left} bytes early.");
            writer.Advance(read);
            left -= read;
            Measures.BytesSent.Add(read);
            var flushed = await writer.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
                return; // the client is gone
        }
    }

    private static string Written(ByteRange range, long size) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{size}");
}
