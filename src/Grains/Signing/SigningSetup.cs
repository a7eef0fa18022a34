using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Hosting;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Signing;

/// <summary>What a node needs to sign.</summary>
public static class SigningSetup
{
    public static IServiceCollection AddSigning(this IServiceCollection services) => services
        .AddSigningServices()
        .AddSingleton<SigningSelection>()
        .AddSingleton<SigningGate>()
        .AddSingleton<NodeLines>()
        .AddSingleton<SigningCampaign>()
        .AddSingleton<SigningCommit>()
        .AddSingleton<RepositorySigning>()
        .AddSingleton<ChunkSigning>()
        .AddSingleton<CosignSigning>()
        .AddSingleton<CosignTags>()
        .AddSingleton<GeneratedBlobs>()
        .AddTaskHandler<SignHandler>()
        .AddTaskHandler<SignManifestHandler>()
        .AddTaskHandler<SignNewTagsHandler>()
        .AddHostedService<NewTagWatch>()
        .AddTaskHandler<SigningServiceDeletionHandler>();

    /// <summary>Only what creates and opens signing services: no cluster is needed.</summary>
    public static IServiceCollection AddSigningServices(this IServiceCollection services) => services
        .AddSingleton<SigningThreads>()
        .AddSingleton<ScriptProgram>()
        .AddSingleton<SigningServices>()
        .AddSingleton<ISigningServiceCreation, SigningServiceCreation>();
}
