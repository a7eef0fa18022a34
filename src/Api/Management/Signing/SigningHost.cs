using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansRegistry.Access;

namespace OrleansRegistry.Management;

/// <summary>
/// The host that signatures name: the configured one; on loopback the address that is listened on. Never what a request
/// says it was sent to: a signature outlives it, and whoever sends it chooses that.
/// </summary>
internal sealed class SigningHost(PublicAddress address, IServer server)
{
    /// <exception cref="RefusedException">Nobody has said how clients reach this registry.</exception>
    public string Get() => address.Configured?.Authority ?? Loopback() ?? throw RefusedException.Field(
        PulpError.WholeObject,
        "Signatures name images by the address of this registry, and none is set; set Listen:PublicUrl, such as "
        + "https://registry.example.com.");

    private string? Loopback() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } listening
        && Uri.TryCreate(listening, UriKind.Absolute, out var uri)
        && (uri.Host == "localhost"
            || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)))
            ? uri.Authority
            : null;
}
