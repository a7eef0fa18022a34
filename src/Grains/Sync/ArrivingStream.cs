namespace OrleansRegistry.Sync;

/// <summary>What arrives from elsewhere, counted, and no more than so much; a failure to read is told from one to write.</summary>
/// <param name="inner">What is read.</param>
/// <param name="most">The most bytes that are read.</param>
/// <param name="stored">Told, before more is read, how many bytes were; whoever reads has stored them by then.</param>
internal sealed class ArrivingStream(Stream inner, long most, Action<long> stored) : Stream
{
    public long Arrived { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Arrived;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        stored(Arrived);
        try
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, most - Arrived)], cancellationToken);
            Arrived += read;
            return read;
        }
        catch (IOException broken)
        {
            throw new BrokenOffException(broken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>What is read broke off, and may go on.</summary>
    public sealed class BrokenOffException(IOException cause) : Exception(cause.Message, cause);
}
