using System.Net;

namespace OrleansRegistry.Conformance;

/// <summary>A body whose length is not announced, as a pipe has none.</summary>
internal sealed class Unmeasured(byte[] bytes) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var sent = 0; sent < bytes.Length; sent += 10_000)
            await stream.WriteAsync(bytes.AsMemory(sent, Math.Min(10_000, bytes.Length - sent)));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
