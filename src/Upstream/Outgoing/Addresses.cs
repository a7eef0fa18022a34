using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Sync;

/// <summary>Addresses that belong to a machine or its surroundings, and are no place for a registry.</summary>
internal static class Addresses
{
    // The translations of IPv4 are here for what they hold. Sources: RFC 6890, RFC 6052; the clouds' own documentation.
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "255.255.255.255/32",
            "::/128", "::1/128", "fe80::/10", "ff00::/8",
            "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork Tunnelled = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>An IPv4 address in the clothes of IPv6 as what it is, and without a zone.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address.GetAddressBytes())
        : address;

    /// <summary>Whether it is open only to who names it: loopback, link-local, multicast, the metadata of clouds.</summary>
    public static bool IsClosed(IPAddress address) =>
        Closed.Any(network => network.Contains(address)) || (Carried(address) is { } inner && IsClosed(inner));

    /// <summary>The IPv4 address to which a gateway would translate that one, or null.</summary>
    public static IPAddress? Carried(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        var bytes = address.GetAddressBytes();
        return Translated.Contains(address) || Compatible.Contains(address) ? new(bytes.AsSpan(12, 4))
            : Tunnelled.Contains(address) ? new(bytes.AsSpan(2, 4))
            : null;
    }
}
