using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;

namespace OrleansRegistry.Management;

/// <summary>Counts the streams of events that are open on this node: each holds a connection.</summary>
internal sealed class OpenStreams
{
    public const int Most = 512;
    public const int MostPerCaller = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _perCaller = [];
    private int _open;

    /// <summary>Takes a place, until what is returned is disposed of.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public IDisposable Enter(HttpContext context)
    {
        var caller = context.CallerKey;
        lock (_gate)
        {
            var own = _perCaller.GetValueOrDefault(caller);
            if (own >= MostPerCaller)
                throw Refused($"You have {own} streams of events open here already; close some.");
            if (_open >= Most)
                throw Refused("Too many streams of events are open on this node; try again later.");
            _open++;
            _perCaller[caller] = own + 1;
            return new Place(this, caller);
        }
    }

    private static ProblemException Refused(string why) => new(ProblemKind.TooManyRequests, why);

    private void Leave(string caller)
    {
        lock (_gate)
        {
            _open--;
            if (--_perCaller[caller] == 0)
                _perCaller.Remove(caller);
        }
    }

    private sealed class Place(OpenStreams streams, string caller) : IDisposable
    {
        public void Dispose() => streams.Leave(caller);
    }
}
