using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Remotes;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>All repositories of other registries that were asked for lately on this node.</summary>
/// <param name="options">Where requests may go.</param>
/// <param name="time">The clock of time-outs, pauses and tokens.</param>
/// <param name="resolve">How names become addresses; null for the system's way.</param>
public sealed class Upstreams(OutgoingOptions options, TimeProvider time, ResolveHost? resolve = null) : IUpstreams
{
    private const int MaxOpen = 1_000;
    private static readonly TimeSpan UnusedFor = TimeSpan.FromMinutes(10);

    private readonly OutgoingRules _rules = new(options);
    private readonly ResolveHost _resolve = resolve ?? Dns.GetHostAddressesAsync;
    private readonly Dictionary<string, Upstream> _open = [];
    private readonly Lock _lock = new();

    public IUpstream Open(Guid remote, RemoteSettings settings, RemoteSecrets secrets)
    {
        var key = Key(remote, settings, secrets);
        lock (_lock)
        {
            if (!_open.TryGetValue(key, out var upstream))
            {
                upstream = new(settings, secrets, _rules, _resolve, time);
                LeaveUnused();
                _open.Add(key, upstream);
            }

            upstream.Exchange.Touch();
            return upstream;
        }
    }

    // Who still has one that is left goes on with it. Its connections have closed by themselves meanwhile.
    private void LeaveUnused()
    {
        var now = time.GetTimestamp();
        foreach (var (key, upstream) in _open)
            if (!upstream.Exchange.IsBusy && time.GetElapsedTime(upstream.Exchange.LastUsed, now) > UnusedFor)
                _open.Remove(key);
        if (_open.Count >= MaxOpen)
            _open.Remove(_open.MinBy(entry => (entry.Value.Exchange.IsBusy, entry.Value.Exchange.LastUsed)).Key);
    }

    // Lists in settings are compared by what they say, and secrets are not kept as names of something.
    private static string Key(Guid remote, RemoteSettings settings, RemoteSecrets secrets) => Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{remote}\n{TaskJson.Write(settings)}\n{TaskJson.Write(secrets)}")));
}
