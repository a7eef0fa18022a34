using System.Globalization;
using System.IO.Hashing;

namespace OrleansRegistry.Bundles;

/// <summary>Files, read one after the other as one stream. Those that have a checksum are compared with it at their end.</summary>
public sealed class ChunkedInput(IReadOnlyList<ListedChunk> chunks) : ReadOnlyStream
{
    private const int Buffer = 128 * 1024;

    private readonly Crc32 _checksum = new();

    private FileStream? _open;
    private int _next;

    /// <summary>How many bytes they have together.</summary>
    public long TotalSize { get; } = chunks.Sum(chunk => new FileInfo(chunk.Path).Length);

    /// <exception cref="BundleException">A file differs from its checksum.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_open is not null || _next < chunks.Count)
        {
            _open ??= new(
                chunks[_next].Path,
                new FileStreamOptions
                {
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                    BufferSize = Buffer,
                });
            var read = await _open.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty)
            {
                if (chunks[_next].Checksum is not null)
                    _checksum.Append(buffer.Span[..read]);
                return read;
            }

            await CloseAsync();
        }

        return 0;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync();
        _open = null;
        await base.DisposeAsync();
    }

    private async Task CloseAsync()
    {
        await _open!.DisposeAsync();
        _open = null;
        var (path, checksum) = chunks[_next++];
        var found = _checksum.GetCurrentHashAsUInt32();
        _checksum.Reset();
        if (checksum is null)
            return;
        if (!uint.TryParse(checksum, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var stated)
            || stated != found)
            throw new BundleException(
                $"'{Path.GetFileName(path)}' has the checksum {found:x}, and the table of contents says {checksum}: "
                + "it was damaged on the way; copy it again.");
    }
}

/// <summary>A file to be read. <c>Checksum</c> is its CRC-32 in hexadecimal digits, or null where nobody states one.</summary>
public sealed record ListedChunk(string Path, string? Checksum = null);
