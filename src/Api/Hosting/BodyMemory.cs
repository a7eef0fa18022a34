using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Counts the bytes of bodies that requests hold in memory: so many on a node, and a part of them for each caller. Whoever
/// comes when that is used up comes again later. The first few kilobytes of a body are not counted.
/// </summary>
internal sealed class BodyMemory
{
    public const long Most = 64 * 1024 * 1024;
    public const long MostOfCaller = Most / 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _held = [];
    private long _total;

    /// <summary>Nothing yet, for one request.</summary>
    public Share Hold(HttpContext context) => new(this, context.CallerKey);

    private void Take(string caller, long bytes)
    {
        lock (_lock)
        {
            var held = _held.GetValueOrDefault(caller) + bytes;
            if (held > MostOfCaller || _total + bytes > Most)
                throw new ProblemException(
                    ProblemKind.TooManyRequests, "Too many large bodies at once; try again when others are done.");
            _held[caller] = held;
            _total += bytes;
        }
    }

    private void Return(string caller, long bytes)
    {
        lock (_lock)
        {
            _total -= bytes;
            if ((_held[caller] -= bytes) == 0)
                _held.Remove(caller);
        }
    }

    /// <summary>What one request holds; returned when it is over.</summary>
    internal sealed class Share(BodyMemory memory, string caller) : IDisposable
    {
        private long _bytes;

        public void Grow(long bytes)
        {
            memory.Take(caller, bytes);
            _bytes += bytes;
        }

        public void Dispose()
        {
            if (_bytes > 0)
                memory.Return(caller, _bytes);
            _bytes = 0;
        }
    }
}
