namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>Serves bytes with the last one in a read of its own.</summary>
/// <remarks>
/// The platform's inflaters do not tell how much of their input belonged to the compressed stream. An inflater that
/// ends without asking for the last byte has bytes left over; one that asks beyond it has got too few.
/// </remarks>
internal sealed class LastByteApart(byte[] bytes) : Stream
{
    private int _served;

    public bool AllRead => _served == bytes.Length;

    public bool AskedBeyondEnd { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (AllRead)
        {
            AskedBeyondEnd = true;
            return 0;
        }
        var beforeLast = bytes.Length - 1 - _served;
        var count = Math.Min(buffer.Length, Math.Max(beforeLast, 1));
        bytes.AsSpan(_served, count).CopyTo(buffer);
        _served += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
