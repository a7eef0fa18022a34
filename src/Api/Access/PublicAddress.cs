using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Access;

/// <summary>The address by which clients know this registry: the configured one, else the one they asked.</summary>
public sealed class PublicAddress(Uri? configured)
{
    /// <summary>Null where nothing is configured.</summary>
    public Uri? Configured => configured;

    /// <summary><c>host</c> or <c>host:port</c>, as it stands in the name of an image.</summary>
    public string HostOf(HttpRequest request) => configured?.Authority ?? request.Host.Value ?? "";

    /// <summary><c>scheme://host:port</c>, without a slash at the end.</summary>
    public string RootOf(HttpRequest request) =>
        configured is null ? $"{request.Scheme}://{request.Host.Value}" : $"{configured.Scheme}://{configured.Authority}";
}
