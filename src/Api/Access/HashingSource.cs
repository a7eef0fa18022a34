using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Access;

/// <summary>For whom a password is hashed.</summary>
/// <param name="Address">Where the request comes from.</param>
/// <param name="Account">The name of a user, which need not exist.</param>
public sealed record HashingSource(string Address, string Account)
{
    // No user's name is longer.
    private const int MostOfName = 150;

    // What one customer of a provider has of IPv6 at least.
    private const int NetworkBytes = 8;

    /// <summary>The node itself.</summary>
    public static HashingSource Node { get; } = new("", "");

    /// <summary>One who names that account in a request.</summary>
    public static HashingSource Of(HttpContext context, string account) => new(
        AddressOf(context.Connection.RemoteIpAddress),
        account.Length > MostOfName ? account[..MostOfName] : account);

    /// <summary>An address of IPv4, or the network of 64 bits that one of IPv6 belongs to: who has one has all of it.</summary>
    internal static string AddressOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
