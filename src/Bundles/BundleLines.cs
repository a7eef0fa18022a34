using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace OrleansRegistry.Bundles;

/// <summary>Reads a list of contents line by line.</summary>
public static class BundleLines
{
    private const int MostPerLine = 64 * 1024;

    /// <exception cref="BundleException">A line is malformed, or too long.</exception>
    public static async IAsyncEnumerable<BundledUnit> ReadAsync(
        Stream list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(list, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return BundledUnit.Read(buffer.Slice(0, end).ToArray());
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > MostPerLine || (read.IsCompleted && !buffer.IsEmpty))
                throw new BundleException("A list of contents has a line that does not end.");
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                break;
        }

        await pipe.CompleteAsync();
    }
}
