using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Hosting;

/// <summary>A request's body in memory, if it is small enough.</summary>
internal static class BoundedBody
{
    private const int FirstBytes = 8 * 1024;

    // Memory is not held for those who send a byte now and then.
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>The body, or null where it has more than <paramref name="most"/> bytes.</summary>
    /// <remarks>Memory is taken as bytes arrive, whatever length is announced, and counted until the request is over.</remarks>
    /// <exception cref="ProblemException">Too many bytes of bodies are in memory already.</exception>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            return null;
        var context = request.HttpContext;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = Slowest;
        var memory = context.RequestServices.GetRequiredService<BodyMemory>().Hold(context);
        context.Response.RegisterForDispose(memory);

        var largest = (int)(request.ContentLength ?? most);
        var buffer = new byte[Math.Min(largest, FirstBytes)];
        for (var length = 0; ;)
        {
            if (length == buffer.Length && length < largest)
            {
                var size = Math.Min(largest, length * 2);
                memory.Grow(size - length);
                Array.Resize(ref buffer, size);
            }

            // Behind the last byte that may come, one more is asked for.
            var read = await request.Body.ReadAsync(
                length < buffer.Length ? buffer.AsMemory(length) : new byte[1], cancellationToken);
            if (read == 0)
                return length == buffer.Length ? buffer : buffer[..length];
            if (length == buffer.Length)
                return null;
            length += read;
        }
    }
}
