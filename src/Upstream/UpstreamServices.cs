using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Sync;

/// <summary>The port to other registries, over HTTP.</summary>
public static class UpstreamServices
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services, OutgoingOptions outgoing) =>
        services.AddSingleton<IUpstreams>(provider => new Upstreams(outgoing, provider.GetRequiredService<TimeProvider>()));
}
