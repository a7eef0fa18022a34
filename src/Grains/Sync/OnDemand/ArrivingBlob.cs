using OrleansRegistry.Content;

namespace OrleansRegistry.Sync;

/// <summary>
/// A blob that is read while it arrives. Its last byte is given out when all of it has been proven: nobody takes for whole
/// what is none.
/// </summary>
internal sealed class ArrivingBlob(IOpenBlob file, long size, FollowedBlob followed) : IOpenBlob
{
    public long Size => size;

    public Stream Read(long offset, long length) => new Part(file, size, followed, offset, length);

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private sealed class Part(IOpenBlob file, long size, FollowedBlob followed, long offset, long length) : ForwardStream
    {
        public override long Length => length;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Taken == length || buffer.Length == 0)
                return 0;
            var at = offset + Taken;
            var readable = await ReadableAsync(at, cancellationToken);
            var count = (int)Math.Min(buffer.Length, Math.Min(readable - at, length - Taken));
            await using var arrived = file.Read(at, count);
            var read = await arrived.ReadAsync(buffer[..count], cancellationToken);
            Taken += read;
            return read;
        }

        private async ValueTask<long> ReadableAsync(long at, CancellationToken cancellationToken)
        {
            var standing = await followed.WaitAsync(Math.Min(at, size - 1), cancellationToken);
            while (standing.State is RemoteBlobState.Arriving && Math.Min(standing.Arrived, size - 1) <= at)
                standing = await followed.WaitAsync(standing.Arrived, cancellationToken);
            return standing.State switch
            {
                RemoteBlobState.Proven => size,
                RemoteBlobState.Arriving => Math.Min(standing.Arrived, size - 1),
                _ => throw new ProblemException(standing.Failure!),
            };
        }
    }
}
