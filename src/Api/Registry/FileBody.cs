using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansRegistry.Registry;

/// <summary>
/// Sends files in large pieces, read straight into the buffers that the connection sends. The framework's own way
/// copies 16 KiB at a time, which costs a third of the speed on layers.
/// </summary>
internal sealed class FileBody(IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
{
    private const int PieceBytes = 128 * 1024;

    public Stream Stream => inner.Stream;

    public PipeWriter Writer => inner.Writer;

    /// <summary>Makes the response of this request send files so.</summary>
    public static void Use(HttpContext context) =>
        context.Features.Set<IHttpResponseBodyFeature>(
            new FileBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>()));

    public Task StartAsync(CancellationToken cancellationToken) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public void DisableBuffering() => inner.DisableBuffering();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        var left = count ?? RandomAccess.GetLength(file) - offset;
        while (left > 0)
        {
            var piece = Writer.GetMemory((int)Math.Min(left, PieceBytes));
            if (piece.Length > left)
                piece = piece[..(int)left];
            var read = left <= piece.Length && left <= 16 * 1024
                ? RandomAccess.Read(file, piece.Span, offset) // so little is not worth another thread
                : await RandomAccess.ReadAsync(file, piece, offset, cancellationToken);
            if (read == 0)
                throw new EndOfStreamException($"The file ends {left} bytes early.");
            Writer.Advance(read);
            offset += read;
            left -= read;
            Measures.BytesSent.Add(read);
            var flushed = await Writer.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
                return; // the client is gone
        }
    }
}
