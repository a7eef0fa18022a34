using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansRegistry.Content;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>What a node needs to change repositories.</summary>
public static class RepositorySetup
{
    public static IServiceCollection AddRepositories(this IServiceCollection services) => services
        .AddSingleton<IKnownKeys, KnownKeys>()
        .AddSingleton(provider => new ChangeContext(
            provider.GetRequiredService<IHeadReader>(),
            provider.GetRequiredService<IContentReader>(),
            provider.GetRequiredService<IContentSets>(),
            provider.GetRequiredService<IVersionStore>(),
            provider.GetRequiredService<IVersionHistory>(),
            provider.GetRequiredService<IIngestStore>(),
            provider.GetRequiredService<IKnownKeys>(),
            provider.GetRequiredService<ISignatureGate>(),
            provider.GetRequiredService<IAttribution>(),
            provider.GetRequiredService<IRefusals>(),
            provider.GetRequiredService<IOptions<SignatureOptions>>().Value,
            provider.GetRequiredService<IOptions<RemovalOptions>>().Value))
        .AddSingleton<StayReport>()
        .AddTaskHandler<ChangeHandler>()
        .AddTaskHandler<VersionDeletionHandler>()
        .AddTaskHandler<RepairHandler>();
}
