using System.Security.Cryptography;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Bundles;

/// <summary>Copies a stream, and hashes what it copies while it writes and reads on.</summary>
internal static class HashingCopy
{
    private const int Piece = 512 * 1024;

    /// <param name="from">Read to its end, or until it is longer than it may be.</param>
    /// <param name="to">Where to.</param>
    /// <param name="atMost">In bytes: a stream that has more is read no further than a piece beyond.</param>
    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    /// <param name="cancellationToken">Ends the copy.</param>
    /// <returns>How many bytes it had, and their digest.</returns>
    public static async Task<(long Size, Digest Digest)> RunAsync(
        Stream from, Stream to, long atMost, string algorithm, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(
            algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        byte[] current = new byte[(int)Math.Clamp(atMost + 1, 1, Piece)], next = new byte[current.Length];
        var size = 0L;
        var read = await FillAsync(from, current, cancellationToken);
        while (read > 0 && (size += read) <= atMost)
        {
            var (piece, length) = (current, read);
            var hashing = length == Piece ? Task.Run(() => hash.AppendData(piece, 0, length), CancellationToken.None) : null;
            if (hashing is null)
                hash.AppendData(piece, 0, length);
            try
            {
                await to.WriteAsync(piece.AsMemory(0, length), cancellationToken);
                read = await FillAsync(from, next, cancellationToken);
            }
            finally
            {
                if (hashing is not null)
                    await hashing;
            }

            (current, next) = (next, current);
        }

        return (size, Digest.FromHash(algorithm, hash.GetHashAndReset()));
    }

    private static ValueTask<int> FillAsync(Stream from, byte[] buffer, CancellationToken cancellationToken) =>
        from.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
}
