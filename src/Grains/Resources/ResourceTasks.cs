using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Cluster;
using OrleansRegistry.Distributions;
using OrleansRegistry.Exchange;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Resources;

/// <summary>The tasks that change resources, and the cluster's view of its nodes.</summary>
public static class ResourceTasks
{
    public static IServiceCollection AddResourceTasks(this IServiceCollection services) => services
        .AddSingleton<IClusterMembers, ClusterMembers>()
        .AddTaskHandler<RepositoryUpdateHandler>()
        .AddTaskHandler<RepositoryDeletionHandler>()
        .AddTaskHandler<DistributionCreationHandler>()
        .AddTaskHandler<DistributionUpdateHandler>()
        .AddTaskHandler<DistributionDeletionHandler>()
        .AddTaskHandler<NamespaceUpdateHandler>()
        .AddTaskHandler<NamespaceDeletionHandler>()
        .AddTaskHandler<RemoteUpdateHandler>()
        .AddTaskHandler<RemoteDeletionHandler>()
        .AddTaskHandler<ExporterUpdateHandler>()
        .AddTaskHandler<ExporterDeletionHandler>()
        .AddTaskHandler<ImporterUpdateHandler>()
        .AddTaskHandler<ImporterDeletionHandler>()
        .AddTaskHandler<UploadCommitHandler>();
}
