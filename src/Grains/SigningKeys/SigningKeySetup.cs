using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.SigningKeys;

/// <summary>What a node needs to know whose signatures it has.</summary>
public static class SigningKeySetup
{
    public static IServiceCollection AddSigningKeys(this IServiceCollection services) => services
        .AddSingleton<IPublicKeys, PublicKeys>()
        .AddSingleton<KeyCabinet>()
        .AddSingleton<AttachedLayers>()
        .AddSingleton<IAttribution, Attribution>()
        .AddHostedService<ServiceKeys>()
        .AddTaskHandler<AttributionHandler>();
}
