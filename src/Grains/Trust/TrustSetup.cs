using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Trust;

/// <summary>What a node needs to judge images by policies.</summary>
public static class TrustSetup
{
    public static IServiceCollection AddTrust(this IServiceCollection services) => services
        .AddSingleton<TrustPolicies>()
        .AddSingleton<TrustBasis>()
        .AddSingleton<VerdictCache>()
        .AddSingleton<ITrustDocuments, TrustDocuments>()
        .AddSingleton<ImageEvidence>()
        .AddSingleton<ImageJudge>()
        .AddSingleton<ITrust, TrustService>()
        .AddSingleton<AuditBasis>()
        .AddSingleton<AuditWork>()
        .AddTaskHandler<AuditHandler>()
        .AddTaskHandler<AcceptanceHandler>()
        .AddHostedService<AcceptanceWatch>()
        .AddTaskHandler<TrustPolicyUpdateHandler>()
        .AddTaskHandler<TrustPolicyDeletionHandler>();
}
