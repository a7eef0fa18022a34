using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>What a node needs to export to files, and to import from them.</summary>
public static class ExchangeSetup
{
    public static IServiceCollection AddExchange(this IServiceCollection services) => services
        .AddSingleton<ExportSelection>()
        .AddSingleton<ExportPlanner>()
        .AddSingleton<ExportWriter>()
        .AddSingleton<IBundleTrust, BundleTrust>()
        .AddSingleton<BundleFiles>()
        .AddSingleton<ImportTargets>()
        .AddSingleton<ImportIntakes>()
        .AddSingleton<ImportedRevocations>()
        .AddSingleton<ImportCommits>()
        .AddTaskHandler<ExportHandler>()
        .AddTaskHandler<ImportHandler>()
        .AddTaskHandler<RepositoryImportHandler>();
}
