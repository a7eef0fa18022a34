using Microsoft.Win32.SafeHandles;
using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IOpenBlob"/>
internal sealed class BlobFile(SafeFileHandle file) : IOpenBlob
{
    public long Size { get; } = RandomAccess.GetLength(file);

    public Stream Read(long offset, long length) => new Part(file, offset, length);

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return default;
    }

    /// <summary>A part of the file, read straight into the reader's memory.</summary>
    private sealed class Part(SafeFileHandle file, long offset, long length) : ForwardStream
    {
        // So little is not worth another thread.
        private const int Little = 16 * 1024;

        public override long Length => length;

        public override int Read(Span<byte> buffer) =>
            Took(RandomAccess.Read(file, Bounded(buffer), offset + Taken));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            length - Taken <= Math.Min(Little, buffer.Length)
                ? new(Read(buffer.Span))
                : ReadLaterAsync(buffer[..(int)Math.Min(buffer.Length, length - Taken)], cancellationToken);

        private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            Took(await RandomAccess.ReadAsync(file, buffer, offset + Taken, cancellationToken));

        private Span<byte> Bounded(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, length - Taken)];

        private int Took(int read)
        {
            Taken += read;
            return read;
        }
    }
}
