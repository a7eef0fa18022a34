using System.Security.Cryptography;
using System.Text;

namespace OrleansRegistry.Cluster;

/// <inheritdoc cref="IClusterMembers"/>
public sealed class ClusterMembers(IGrainFactory grains) : IClusterMembers
{
    // A node writes that it is alive every 30 s.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(90);

    public async Task<IReadOnlyList<Worker>> ListAsync(CancellationToken cancellationToken)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(false, cancellationToken);
        var now = DateTime.UtcNow;
        return
        [
            .. from host in hosts
               let started = new DateTimeOffset(DateTime.SpecifyKind(host.StartTime, DateTimeKind.Utc))
               let alive = DateTime.SpecifyKind(host.IAmAliveTime, DateTimeKind.Utc)
               orderby started descending
               select new Worker(
                   IdOf(host.SiloAddress.ToParsableString()),
                   $"{host.SiloName}@{host.HostName}",
                   started,
                   alive,
                   host.Status is SiloStatus.Active && now - alive < Silence),
        ];
    }

    // The membership table has no ids of its own; an address is never used twice.
    private static Guid IdOf(string address) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(address)).AsSpan(0, 16), bigEndian: true);
}
