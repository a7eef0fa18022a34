using Microsoft.AspNetCore.HttpOverrides;

namespace OrleansRegistry.Hosting;

/// <summary>Lets the proxies that the settings name say whom they speak for, and how they were reached.</summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this IApplicationBuilder app, ListenOptions listen)
    {
        var proxies = listen.Proxies();
        if (proxies.Count == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null, // from the last proxy back to the first address that is none
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }
}
