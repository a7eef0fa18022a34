using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansRegistry.Access;
using OrleansRegistry.Cluster;
using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Exchange;
using OrleansRegistry.Lists;
using OrleansRegistry.Namespaces;
using OrleansRegistry.PullThrough;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <summary>What the management REST reads and writes.</summary>
internal static class ManagementStores
{
    public static void AddManagementStores(this IServiceCollection services)
    {
        services.AddSingleton<ListGate>();
        services.AddSingleton<KeptCounts>();
        services.AddSingleton<IResourceIndex, ResourceIndex>();
        services.AddSingleton<ILabelStore, LabelStore>();
        services.AddSingleton<IRepositoryStore, RepositoryStore>();
        services.AddSingleton<IDistributionSettingsStore, DistributionSettingsStore>();
        services.AddSingleton<INamespaceStore, NamespaceStore>();
        services.AddSingleton<SecretKey>();
        services.AddSingleton<IUserStore, UserStore>();
        services.AddSingleton<ITokenKeyStore, TokenKeyStore>();
        services.AddSingleton<IPublicNames, PublicNames>();
        services.AddSingleton<IRemoteStore, RemoteStore>();
        services.AddSingleton<IPullThroughStore, PullThroughStore>();
        services.AddSingleton<IManifestDescriber>(provider => provider.GetRequiredService<ManifestDescriber>());
        services.AddSingleton<ISigningServiceStore, SigningServiceStore>();
        services.AddSingleton<IMadeSignatures, MadeSignatures>();
        services.AddSingleton<ISignableReader, SignableReader>();
        services.AddSingleton<ISignOnPushStore, SignOnPushStore>();
        services.AddSingleton<SigningRepositories>();
        services.AddSingleton<IAttachmentStore, AttachmentStore>();
        services.AddSingleton<IStoreStatus, StoreStatusReader>();
        services.AddSingleton<ISigningKeyStore, SigningKeyStore>();
        services.AddSingleton<IAttributionStore, AttributionStore>();
        services.AddSingleton<IExportReader, ExportReader>();
        services.AddSingleton<IExportStore, ExportStore>();
        services.AddSingleton<IImportStore, ImportStore>();
        services.AddSingleton<IExchangePaths, ExchangePaths>();
        services.AddSingleton<ITrustPolicyStore, TrustPolicyStore>();
        services.AddSingleton<IAuditStore, AuditStore>();
        services.AddSingleton<IAcceptanceStore, AcceptanceStore>();
        services.AddSingleton<IImageReader, ImageReader>();
        services.AddSingleton<RevocationStore>();
        services.AddSingleton<IRevocationStore>(provider => provider.GetRequiredService<RevocationStore>());
        services.AddSingleton<IRefusals>(provider => provider.GetRequiredService<RevocationStore>());
        services.AddSingleton<ReportStore>();
        services.AddSingleton<IReportStore>(provider => provider.GetRequiredService<ReportStore>());
        services.AddSingleton<IReportKeyStore>(provider => provider.GetRequiredService<ReportStore>());

        services.AddListing((dialect, _, _) => RepositoryLists.Repositories(dialect));
        services.AddListing((_, _, _) => RepositoryLists.Versions());
        services.AddListing((dialect, _, _) => RemoteLists.Remotes(dialect));
        services.AddListing((dialect, _, _) => RemoteLists.PullThroughRemotes(dialect));
        services.AddListing((dialect, _, _) => PullThroughLists.Distributions(dialect));
        services.AddListing((_, _, _) => SigningServiceLists.Services());
        services.AddListing((dialect, _, _) => DistributionLists.Distributions(dialect));
        services.AddListing((dialect, _, _) => DistributionLists.Namespaces(dialect));
        services.AddListing((dialect, _, _) => TaskLists.Groups(dialect));
        services.AddListing(TaskLists.Tasks);
        services.AddListing((_, _, _) => UserLists.Users());
        services.AddListing((_, _, _) => UserLists.Roles());
        services.AddListing((_, _, _) => SyncLists.Entries());
        services.AddListing((_, _, clock) => SigningKeyLists.Keys(clock));
        services.AddListing((_, _, _) => RevocationLists.Revocations());
        services.AddListing((_, _, _) => RevocationLists.Repositories());
        services.AddListing((_, _, _) => RevocationLists.UnsignedImages());
        services.AddListing(PullLists.Pulls);
        services.AddListing((dialect, _, _) => ExchangeLists.Exporters(dialect));
        services.AddListing((_, _, _) => ExchangeLists.Exports());
        services.AddListing((_, _, _) => ExchangeLists.Importers());
        services.AddListing((_, _, _) => ExchangeLists.Imports());
        services.AddListing((_, _, _) => TrustLists.Policies());
        services.AddListing((_, _, _) => TrustLists.Changes());
        services.AddListing((_, _, _) => AuditLists.Audits());
        services.AddListing((_, _, _) => AuditLists.AuditedNames());
        services.AddListing((_, _, _) => AuditLists.AuditedImages());
        services.AddListing((_, _, _) => AuditLists.AffectedPulls());
        services.AddListing(ContentLists.All);
        services.AddListing(ContentLists.Blobs);
        services.AddListing(ManifestLists.Manifests);
        services.AddListing(ContentLists.Tags);
        services.AddListing(ContentLists.Signatures);
        services.AddSingleton<SignatureHistoryRows>();
        services.AddSingleton<IListing<VersionSignature>, VersionSignatures>();
        services.AddSingleton<IListing<SignatureHistory>, ManifestSignatures>();
    }

    // What it lists is named as clients do.
    private static void AddListing<T>(
        this IServiceCollection services, Func<Dialect, IOutsideNames, Definition<T>> define) =>
        services.AddListing((dialect, provider) => define(dialect, provider.GetRequiredService<IOutsideNames>()));

    private static void AddListing<T>(
        this IServiceCollection services, Func<Dialect, TimeSpan, TimeProvider, Definition<T>> define) =>
        services.AddListing((dialect, provider) => define(
            dialect,
            provider.GetRequiredService<IOptions<CollectionOptions>>().Value.GracePeriod,
            provider.GetRequiredService<TimeProvider>()));

    private static void AddListing<T>(
        this IServiceCollection services, Func<Dialect, IServiceProvider, Definition<T>> define) =>
        services.AddSingleton<IListing<T>>(provider =>
        {
            var database = provider.GetRequiredService<IDatabase>();
            return new Listing<T>(
                database, provider.GetRequiredService<ListGate>(), provider.GetRequiredService<KeptCounts>(),
                define(database.Dialect, provider));
        });
}
