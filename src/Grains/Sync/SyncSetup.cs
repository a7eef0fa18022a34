using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>What a node needs to bring content from other registries.</summary>
public static class SyncSetup
{
    public static IServiceCollection AddSync(this IServiceCollection services) => services
        .AddSingleton<IRemoteTrust, RemoteTrust>()
        .AddSingleton<RemoteConnections>()
        .AddSingleton<ImageReader>()
        .AddSingleton<CosignCompanions>()
        .AddSingleton<CosignAttachments>()
        .AddSingleton<WithheldParts>()
        .AddSingleton<BlobDownload>()
        .AddSingleton<BlobDownloads>()
        .AddSingleton<IBlobSource, RemoteBlobs>()
        .AddSingleton<HeldImages>()
        .AddSingleton<ChunkSync>()
        .AddSingleton<SyncCampaign>()
        .AddSingleton<PulledReferences>()
        .AddTaskHandler<PullThroughCreationHandler>()
        .AddTaskHandler<PullThroughUpdateHandler>()
        .AddTaskHandler<PullThroughDeletionHandler>()
        .AddTaskHandler<SyncHandler>()
        .AddTaskHandler<ReclaimHandler>();
}
