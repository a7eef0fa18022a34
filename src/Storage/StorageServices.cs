using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Journal;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage;

/// <summary>The ports of the catalogue, on the database and the directory that the settings name.</summary>
public static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, IDatabase database, DataDirectory data)
    {
        services.AddSingleton(database);
        services.AddSingleton(data);
        services.AddSingleton<StoreProbe>();
        services.AddSingleton<ManifestDescriber>();
        services.AddSingleton<IVersionStore, VersionStore>();
        services.AddSingleton<IVersionHistory, VersionHistory>();
        services.AddSingleton<IHeadReader, HeadReader>();
        services.AddSingleton<IContentSets, ContentSets>();
        services.AddSingleton<IDistributionStore, DistributionStore>();
        services.AddSingleton<IUploads, UploadFiles>();
        services.AddSingleton<IBlobBytes, BlobFiles>();
        services.AddSingleton<IBlobSource, NoSource>();
        services.AddSingleton<IChunkedUploads, ChunkedUploads>();
        services.AddSingleton<NodeCache>();
        services.AddSingleton<VersionReader>();
        services.AddSingleton<IVersionReader, CachedVersionReader>();
        services.AddSingleton<ContentReader>();
        services.AddSingleton<IContentReader, CachedContentReader>();
        services.AddSingleton<IBlobStore, BlobStore>();
        services.AddSingleton<ISignatureStore, SignatureStore>();
        services.AddSingleton<IIngestStore, IngestStore>();
        services.AddSingleton<ISyncStore, SyncStore>();
        services.AddSingleton<IReclaimStore, ReclaimStore>();
        services.AddSingleton<ICollectionStore, CollectionStore>();
        services.AddSingleton<SignatureReader>();
        services.AddSingleton<ISignatureReader, CachedSignatureReader>();
        services.TryAddSingleton<ISignatureGate, OpenGate>();
        services.TryAddSingleton<IAttribution, NoKeys>();
        services.AddSingleton<PullStore>();
        services.AddSingleton<IPullStore>(provider => provider.GetRequiredService<PullStore>());
        services.AddSingleton<IPullReader>(provider => provider.GetRequiredService<PullStore>());
        services.AddSingleton<ITaskStore, TaskStore>();
        services.AddSingleton<ITaskReader, TaskReader>();
        services.AddSingleton<ITaskCensus, TaskCensus>();
        services.AddManagementStores();
        return services;
    }

    /// <summary>The database that the settings name.</summary>
    public static IDatabase Open(StorageOptions options, DataDirectory data) =>
        options.Postgres is { } connection ? new PostgresDatabase(connection) : new SqliteDatabase(data.DatabaseFile);
}
