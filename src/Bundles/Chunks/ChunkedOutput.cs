using System.Globalization;
using System.IO.Hashing;

namespace OrleansRegistry.Bundles;

/// <summary>One stream, written into one file, or into as many as it needs of a size. Files that are there stay as they are.</summary>
/// <param name="path">The file; of several the name before their number.</param>
/// <param name="chunkSize">In bytes; null for one file.</param>
public sealed class ChunkedOutput(string path, long? chunkSize) : WriteOnlyStream
{
    /// <summary>More are not written: who carries them would lose one.</summary>
    public const int MostChunks = 10_000;

    private const int Buffer = 128 * 1024;

    private readonly List<WrittenChunk> _written = [];
    private readonly Crc32 _checksum = new();

    private FileStream? _open;

    /// <summary>What was written, once <see cref="CompleteAsync"/> has returned.</summary>
    public IReadOnlyList<WrittenChunk> Written => _written;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var file = _open ??= Create();
            var room = chunkSize - file.Length is { } left ? (int)Math.Min(left, buffer.Length) : buffer.Length;
            _checksum.Append(buffer.Span[..room]);
            await file.WriteAsync(buffer[..room], cancellationToken);
            buffer = buffer[room..];
            if (file.Length == chunkSize)
                await CloseAsync(cancellationToken);
        }
    }

    /// <summary>Brings everything to disk.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_open is not null)
            await CloseAsync(cancellationToken);
    }

    /// <summary>Deletes what was written.</summary>
    public async Task DeleteAsync()
    {
        var open = Interlocked.Exchange(ref _open, null);
        foreach (var path in _written.Select(chunk => chunk.Path).Concat(open is null ? [] : [open.Name]))
            File.Delete(path);
        if (open is not null)
            try
            {
                await open.DisposeAsync();
            }
            catch (IOException)
            {
                // What it still had to write finds no room: that is why it goes.
            }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _open, null) is { } open)
            await open.DisposeAsync();
        await base.DisposeAsync();
    }

    private FileStream Create()
    {
        if (_written.Count == MostChunks)
            throw new BundleException($"The export has more than {MostChunks} chunks of {chunkSize} bytes; ask for bigger ones.");
        return new(
            chunkSize is null ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.{_written.Count:D4}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = Buffer,
            });
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        var file = _open!;
        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        _written.Add(new(
            file.Name, file.Length,
            _checksum.GetCurrentHashAsUInt32().ToString("x", CultureInfo.InvariantCulture)));
        _checksum.Reset();
        await file.DisposeAsync();
        _open = null;
    }
}

/// <summary>A file that was written. <c>Checksum</c> is its CRC-32 in hexadecimal digits, without leading zeros.</summary>
public sealed record WrittenChunk(string Path, long Size, string Checksum);
