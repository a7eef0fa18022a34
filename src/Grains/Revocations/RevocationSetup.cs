using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Revocations;

/// <summary>What a node needs to revoke keys and images, and to serve none of what is revoked.</summary>
public static class RevocationSetup
{
    public static IServiceCollection AddRevocations(this IServiceCollection services) => services
        .AddSingleton<RevocationGate>()
        .AddSingleton<ISignatureGate>(provider => provider.GetRequiredService<RevocationGate>())
        .AddSingleton<IGateLease, GateLease>()
        .AddHostedService<GateNews>()
        .AddSingleton<IReportKey, ReportKey>()
        .AddSingleton<IRevocationList, RevocationListWriter>()
        .AddSingleton<RevocationReports>()
        .AddTaskHandler<RevocationHandler>()
        .AddTaskHandler<ResignHandler>();
}
