using OrleansRegistry.Content;

namespace OrleansRegistry.Sync;

/// <summary>What arrives from elsewhere, counted, and no more than so much; a failure to read is told from one to write.</summary>
/// <param name="inner">What is read.</param>
/// <param name="most">The most bytes that are read.</param>
/// <param name="stored">Told, before more is read, how many bytes were; whoever reads has stored them by then.</param>
internal sealed class ArrivingStream(Stream inner, long most, Action<long> stored) : ForwardStream
{
    public long Arrived => Taken;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        stored(Arrived);
        try
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, most - Arrived)], cancellationToken);
            Taken += read;
            return read;
        }
        catch (IOException broken)
        {
            throw new BrokenOffException(broken);
        }
    }

    /// <summary>What is read broke off, and may go on.</summary>
    public sealed class BrokenOffException(IOException cause) : Exception(cause.Message, cause);
}
