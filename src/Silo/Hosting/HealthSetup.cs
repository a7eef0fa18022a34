using OrleansRegistry.Operations;

namespace OrleansRegistry.Hosting;

/// <summary>What this node's health is made of.</summary>
internal static class HealthSetup
{
    public static void AddHealth(this IServiceCollection services, ListenOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Draining>();
        services.AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout += options.DrainTime);
        services.AddSingleton<AliveCheck>();
        services.AddSingleton<BlobsCheck>();
        services.AddHealthChecks()
            .AddCheck<AliveCheck>("node", tags: [HealthEndpoints.Live], timeout: HealthEndpoints.Longest)
            .AddCheck<StaysCheck>("stays", tags: [HealthEndpoints.Ready], timeout: HealthEndpoints.Longest)
            .AddCheck<ClusterCheck>("cluster", tags: [HealthEndpoints.Ready], timeout: HealthEndpoints.Longest)
            .AddCheck<CatalogueCheck>("catalogue", tags: [HealthEndpoints.Ready], timeout: HealthEndpoints.Longest)
            .AddCheck<BlobsCheck>("blobs", tags: [HealthEndpoints.Ready], timeout: HealthEndpoints.Longest);
    }
}
