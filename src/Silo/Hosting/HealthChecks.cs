using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>Not ready from the moment on at which the node is told to stop.</summary>
internal sealed class StaysCheck(Draining draining) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(draining.HasBegun
            ? HealthCheckResult.Unhealthy("This node is leaving; ask another one.")
            : HealthCheckResult.Healthy("This node stays."));
}

/// <summary>Ready once the node is a member of its cluster.</summary>
internal sealed class ClusterCheck(ISiloStatusOracle oracle) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(oracle.CurrentStatus is SiloStatus.Active
            ? HealthCheckResult.Healthy("This node is a member of its cluster.")
            : HealthCheckResult.Unhealthy($"This node is no member of its cluster: its state is {oracle.CurrentStatus}."));
}

/// <summary>Ready while the catalogue takes writes.</summary>
internal sealed class CatalogueCheck(StoreProbe probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await probe.WriteToCatalogueAsync(cancellationToken);
            return HealthCheckResult.Healthy("The catalogue takes writes.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The catalogue takes no writes: see this node's log.", exception);
        }
    }
}

/// <summary>Ready while the directory of blobs takes files. One look at a time: a file server that hangs holds one thread.</summary>
internal sealed class BlobsCheck(StoreProbe probe) : IHealthCheck
{
    private readonly Lock _asking = new();
    private Task _look = Task.CompletedTask;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            await Look().WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy("The directory of blobs takes files.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy("The directory of blobs takes no files: see this node's log.", exception);
        }
    }

    private Task Look()
    {
        lock (_asking)
            return _look.IsCompleted ? _look = Task.Run(probe.WriteToBlobs) : _look;
    }
}

/// <summary>Alive while Orleans' own parts say that they are: a node of which one hangs should be started anew.</summary>
internal sealed class AliveCheck(IEnumerable<IHealthCheckParticipant> participants, TimeProvider clock) : IHealthCheck
{
    private DateTime _last = clock.GetUtcNow().UtcDateTime;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var last = _last;
        _last = clock.GetUtcNow().UtcDateTime;
        foreach (var participant in participants)
            if (!participant.CheckHealth(last, out var reason))
                return Task.FromResult(HealthCheckResult.Unhealthy($"A part of this node hangs: {reason}"));
        return Task.FromResult(HealthCheckResult.Healthy("This node is alive."));
    }
}
