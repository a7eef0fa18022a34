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
    private sealed class Part(SafeFileHandle file, long offset, long length) : Stream
    {
        // So little is not worth another thread.
        private const int Little = 16 * 1024;

        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _read;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) =>
            Took(RandomAccess.Read(file, Bounded(buffer), offset + _read));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            length - _read <= Math.Min(Little, buffer.Length)
                ? new(Read(buffer.Span))
                : ReadLaterAsync(buffer[..(int)Math.Min(buffer.Length, length - _read)], cancellationToken);

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private async ValueTask<int> ReadLaterAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            Took(await RandomAccess.ReadAsync(file, buffer, offset + _read, cancellationToken));

        private Span<byte> Bounded(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, length - _read)];

        private int Took(int read)
        {
            _read += read;
            return read;
        }
    }
}
