using System.Security.Cryptography;
using OrleansRegistry.Bundles;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Exchange;

/// <summary>
/// The lists that an export writes of itself, kept until it is their turn: their size and hash stand before them. A file that
/// has no name any more, so that it goes with its process.
/// </summary>
internal sealed class ExportSpool : IAsyncDisposable
{
    private const int Buffer = 64 * 1024;

    private readonly List<(BundleEntry Entry, long Offset)> _files = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file;

    private long _begun;

    public ExportSpool(string directory)
    {
        var path = Path.Combine(directory, $".export-{Guid.NewGuid():N}");
        _file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous,
            BufferSize = Buffer,
        });
        File.Delete(path);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        await _file.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>What was written since the last one is that file.</summary>
    public void End(BundlePath path)
    {
        var digest = Digest.FromHash("sha256", _hash.GetHashAndReset());
        _files.Add((new(path, _file.Position - _begun, digest), _begun));
        _begun = _file.Position;
    }

    /// <summary>The files of one part, in their order.</summary>
    public IEnumerable<BundleEntry> FilesOf(BundlePart part) => _files.Select(one => one.Entry)
        .Where(entry => entry.Path.Part == part)
        .OrderBy(entry => entry.Path, Comparer<BundlePath>.Create(BundlePath.Compare));

    /// <summary>The bytes of one file: read them to their end before the next one.</summary>
    public Stream Open(BundleEntry entry)
    {
        _file.Position = _files.Find(one => one.Entry == entry).Offset;
        return new Slice(_file, entry.Size);
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync();
    }

    private sealed class Slice(Stream file, long size) : ReadOnlyStream
    {
        private long _left = size;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await file.ReadAsync(buffer[..(int)Math.Min(_left, buffer.Length)], cancellationToken);
            _left -= read;
            return read;
        }
    }
}
