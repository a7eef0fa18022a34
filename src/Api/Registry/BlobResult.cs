using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Registry;

/// <summary>
/// A blob's bytes: all of them, the range asked for, or several as <c>multipart/byteranges</c>. They go from file to
/// connection in all three. Source: RFC 9110, 14 and 15.3.7.
/// </summary>
internal sealed class BlobResult(Digest digest, string path) : IResult
{
    private const string Type = "application/octet-stream";

    public async Task ExecuteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue($"\"{digest}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.AcceptRanges = "bytes";
        if (Preconditions.Evaluate(request, tag) is { } status)
        {
            response.StatusCode = status;
            return;
        }

        var size = new FileInfo(path).Length; // fails where the file is lost: that is no answer of 0 bytes
        response.ContentType = Type;
        if (HttpMethods.IsHead(request.Method)) // for which no ranges are defined
        {
            response.ContentLength = size;
            return;
        }

        FileBody.Use(context);
        var ranges = Preconditions.RangeCounts(request, tag) ? ByteRanges.Read(request.Headers.Range, size) : null;
        await (ranges switch
        {
            null => SendWholeAsync(response, size, context.RequestAborted),
            [] => Refuse(response, size),
            [var only] => SendOneAsync(response, only, size, context.RequestAborted),
            _ => SendManyAsync(response, ranges, size, context.RequestAborted),
        });
    }

    private Task SendWholeAsync(HttpResponse response, long size, CancellationToken cancellationToken)
    {
        response.ContentLength = size;
        return response.SendFileAsync(path, 0, size, cancellationToken);
    }

    private static Task Refuse(HttpResponse response, long size)
    {
        response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
        response.ContentType = null;
        response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
        return Task.CompletedTask;
    }

    private Task SendOneAsync(
        HttpResponse response, ByteRange range, long size, CancellationToken cancellationToken)
    {
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentLength = range.Length;
        response.Headers.ContentRange = Written(range, size);
        return response.SendFileAsync(path, range.First, range.Length, cancellationToken);
    }

    private async Task SendManyAsync(
        HttpResponse response, IReadOnlyList<ByteRange> ranges, long size, CancellationToken cancellationToken)
    {
        var boundary = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var heads = ranges.Select((range, index) => Encoding.ASCII.GetBytes(
            $"{(index == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Type: {Type}\r\n"
            + $"Content-Range: {Written(range, size)}\r\n\r\n")).ToList();
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.ContentType = $"multipart/byteranges; boundary={boundary}";
        response.ContentLength = heads.Sum(head => (long)head.Length) + ranges.Sum(range => range.Length) + end.Length;
        foreach (var (head, range) in heads.Zip(ranges))
        {
            await response.BodyWriter.WriteAsync(head, cancellationToken);
            await response.SendFileAsync(path, range.First, range.Length, cancellationToken);
        }

        await response.BodyWriter.WriteAsync(end, cancellationToken);
    }

    private static string Written(ByteRange range, long size) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{size}");
}
