namespace OrleansRegistry.Management;

/// <summary>Files read as one, one after the other; only one of them is open at a time.</summary>
/// <param name="files">Their paths, and how many bytes each has.</param>
internal sealed class JoinedFiles(IReadOnlyList<(string Path, long Size)> files) : Stream
{
    private FileStream? _open;
    private int _index = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = files.Sum(file => file.Size);

    public override long Position
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || Position >= Length)
            return 0;
        var (index, offset) = Find(Position);
        var file = Open(index);
        file.Position = offset;
        var most = (int)Math.Min(buffer.Length, files[index].Size - offset);
        var read = await file.ReadAsync(buffer[..most], cancellationToken);
        if (read == 0)
            throw new IOException($"'{files[index].Path}' became shorter while it was read.");
        Position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _open?.Dispose();
        base.Dispose(disposing);
    }

    private (int Index, long Offset) Find(long position)
    {
        for (var index = 0; ; index++)
        {
            if (position < files[index].Size)
                return (index, position);
            position -= files[index].Size;
        }
    }

    private FileStream Open(int index)
    {
        if (_open is { } open && _index == index)
            return open;
        _open?.Dispose();
        _open = null;
        var file = new FileStream(
            files[index].Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        if (file.Length != files[index].Size)
        {
            file.Dispose();
            throw new IOException($"'{files[index].Path}' is another file by now.");
        }

        (_open, _index) = (file, index);
        return file;
    }
}
