using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OrleansRegistry.Sync;

/// <summary>One entry of <see cref="OutgoingOptions"/>: a host, all hosts below one, a network, or everything.</summary>
internal sealed partial record OutgoingEntry
{
    private static readonly IPNetwork[] LoopbackNetworks = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    private readonly string? _host;
    private readonly string? _suffix;
    private readonly IPNetwork[] _networks;

    private OutgoingEntry(string? host = null, string? suffix = null, params IPNetwork[] networks) =>
        (_host, _suffix, _networks) = (host, suffix, networks);

    /// <summary>Whether it is <c>*</c>.</summary>
    public bool IsAll => _host is null && _suffix is null && _networks.Length == 0;

    public static bool TryParse(string text, [NotNullWhen(true)] out OutgoingEntry? entry)
    {
        entry = text switch
        {
            "*" => new(),
            "localhost" => new(host: text, networks: LoopbackNetworks),
            _ when IPAddress.TryParse(text, out var address) && IsWhole(text, address) =>
                new(networks: new IPNetwork(Addresses.Plain(address), Addresses.Plain(address).GetAddressBytes().Length * 8)),
            _ when IPNetwork.TryParse(text, out var network) => new(networks: network),
            _ when text.StartsWith("*.", StringComparison.Ordinal) && Names.IsMatch(text[2..]) => new(suffix: text[1..]),
            _ when Names.IsMatch(text) => new(host: text),
            _ => null,
        };
        return entry is not null;
    }

    public bool NamesHost(string host) =>
        host.Equals(_host, StringComparison.OrdinalIgnoreCase)
        || (_suffix is not null && host.EndsWith(_suffix, StringComparison.OrdinalIgnoreCase));

    public bool NamesAddress(IPAddress address) => _networks.Any(network => network.Contains(address));

    // "10" and "[::1]:80" would be addresses too, by customs that nobody expects.
    private static bool IsWhole(string text, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.StartsWith('[') : address.ToString() == text;

    // The last part has a letter: whatever else looks like an address is none.
    [GeneratedRegex(@"\A([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9])?\.)*(?=[0-9-]*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\z")]
    private static partial Regex Names { get; }
}
