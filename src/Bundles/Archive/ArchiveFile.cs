using System.Security.Cryptography;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>One file of an archive, and no byte more.</summary>
internal sealed class ArchiveFile(Stream archive, BundlePath path, long size) : ReadOnlyStream
{
    private const int Piece = 512 * 1024;

    private IncrementalHash? _hash;
    private long _taken;

    public BundlePath Path => path;

    public override long Length => size;

    /// <summary>Of the bytes, once they are read; the one that the path names where they are proven elsewhere.</summary>
    public Digest Digest => _hash is null
        ? path.Names!.Value
        : Digest.FromHash(path.Names?.Algorithm ?? "sha256", _hash.GetHashAndReset());

    /// <summary>Lets the bytes be proven here.</summary>
    public void Hash() => _hash ??= IncrementalHash.CreateHash(
        path.Names is { Algorithm: "sha512" } ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>Reads what nobody read.</summary>
    public async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (_taken == 0)
            Hash();
        if (_taken < size && _hash is null)
            throw new InvalidOperationException($"Whoever was to prove '{path}' did not read all of it.");
        var rest = new byte[(int)Math.Min(size - _taken, Piece)];
        while (_taken < size)
            await this.ReadExactlyAsync(rest.AsMemory(0, (int)Math.Min(size - _taken, Piece)), cancellationToken);
    }

    /// <exception cref="BundleException">The archive ends before.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_taken == size || buffer.IsEmpty)
            return 0;
        var read = await archive.ReadAsync(buffer[..(int)Math.Min(size - _taken, buffer.Length)], cancellationToken);
        if (read == 0)
            throw new BundleException($"The archive breaks off in '{path}'; the rest is missing.");
        _taken += read;
        _hash?.AppendData(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash?.Dispose();
        base.Dispose(disposing);
    }
}
