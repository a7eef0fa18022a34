using System.Net;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Says that somebody was not taken for a node: once in ten seconds for each direction, however often it is tried.
/// </summary>
internal sealed partial class RefusedNodes(ILogger<RefusedNodes> logger, TimeProvider clock)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private (long At, int Unsaid)? _incoming, _outgoing;

    public void Incoming(EndPoint? from)
    {
        if (Counts(ref _incoming) is { } others)
            LogIncoming(from, others);
    }

    public void Outgoing(EndPoint? to)
    {
        if (Counts(ref _outgoing) is { } others)
            LogOutgoing(to, others);
    }

    // How many were passed over since the last that was said; null where this one is too.
    private int? Counts(ref (long At, int Unsaid)? last)
    {
        lock (_lock)
        {
            if (last is { } said && clock.GetElapsedTime(said.At) < Silence)
            {
                last = (said.At, said.Unsaid + 1);
                return null;
            }

            var others = last?.Unsaid ?? 0;
            last = (clock.GetTimestamp(), 0);
            return others;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Refused a connection from {From} to the port of nodes: it did not prove by its certificate to be a node of this "
        + "cluster ({Others} more before it)")]
    private partial void LogIncoming(EndPoint? from, int others);

    [LoggerMessage(
        LogLevel.Warning,
        "Left the node at {To}: it did not prove by its certificate to be a node of this cluster. All nodes need the same "
        + "catalogue and secret.key, or certificates of one Cluster:Authority ({Others} more before it)")]
    private partial void LogOutgoing(EndPoint? to, int others);
}
