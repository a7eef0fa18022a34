using System.Net;

namespace OrleansRegistry.Sync;

/// <summary>Judges by <see cref="OutgoingOptions"/> where a request may go.</summary>
internal sealed class OutgoingRules
{
    private readonly OutgoingEntry[] _allow;
    private readonly OutgoingEntry[] _deny;
    private readonly bool _deniesOthers;

    public OutgoingRules(OutgoingOptions options)
    {
        _allow = Read(options.Allow);
        _deny = [.. Read(options.Deny).Where(entry => !entry.IsAll)];
        _deniesOthers = Read(options.Deny).Any(entry => entry.IsAll);
    }

    /// <summary>Whether a connection may be made to that address, which is one of that host.</summary>
    public bool Allow(string host, IPAddress address)
    {
        host = Trimmed(host);
        address = Addresses.Plain(address);
        if (_deny.Any(entry => entry.NamesHost(host) || Names(entry, address)))
            return false;
        var isNamed = _allow.Any(entry => entry.NamesAddress(address));
        if (Addresses.IsClosed(address))
            return isNamed;
        return isNamed || !_deniesOthers || _allow.Any(entry => entry.NamesHost(host));
    }

    /// <summary>Refuses a host that must not be asked whatever its address is, or whose address only a proxy learns.</summary>
    /// <exception cref="UpstreamException">Requests may not go there.</exception>
    public void Require(Uri url, bool byProxy)
    {
        var host = Trimmed(url.IdnHost);
        var address = IsThisMachine(host) ? IPAddress.Loopback : IPAddress.TryParse(host, out var literal) ? literal : null;
        if (address is not null)
        {
            if (!Allow(host, address))
                throw Refusal(host, address);
        }
        else if (_deny.Any(entry => entry.NamesHost(host))
            || (byProxy && _deniesOthers && !_allow.Any(entry => entry.NamesHost(host))))
        {
            throw Refusal(host, null);
        }
    }

    public static UpstreamException Refusal(string host, IPAddress? address)
    {
        var place = address is null || address.ToString() == host.Trim('[', ']') ? host : $"{host}, which is at {address},";
        return new(
            UpstreamFailure.Forbidden,
            $"Requests to {place} are not allowed: if they should be, an administrator of this registry can say so by the "
            + "settings Outgoing:Allow and Outgoing:Deny.");
    }

    private static bool Names(OutgoingEntry entry, IPAddress address) =>
        entry.NamesAddress(address) || (Addresses.Carried(address) is { } inner && entry.NamesAddress(inner));

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static string Trimmed(string host) => host.Trim('[', ']').TrimEnd('.');

    private static OutgoingEntry[] Read(string[] list) =>
    [
        .. list.Select(text => OutgoingEntry.TryParse(text, out var entry)
            ? entry
            : throw new ArgumentException($"'{text}' is no entry of Outgoing.")),
    ];
}
