using System.IO.Pipelines;

namespace OrleansRegistry.Hosting;

/// <summary>Sends bytes that are in memory anyway, without a copy of them all for each client that reads slowly.</summary>
internal static class Pieces
{
    private const int Bytes = 64 * 1024;

    public static async Task SendAsync(
        this PipeWriter writer, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < bytes.Length; sent += Bytes)
        {
            var piece = bytes.Slice(sent, Math.Min(Bytes, bytes.Length - sent));
            if ((await writer.WriteAsync(piece, cancellationToken)).IsCompleted)
                return; // the client is gone
        }
    }
}
