namespace OrleansRegistry.Cluster;

/// <summary>A node of the cluster, as its membership table shows it.</summary>
public sealed record Worker(
    Guid Id, string Name, DateTimeOffset StartedAt, DateTimeOffset LastHeartbeat, bool IsOnline);

/// <summary>The nodes of the cluster.</summary>
public interface IClusterMembers
{
    Task<IReadOnlyList<Worker>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>How the server's stores are. Bytes; null where the disk does not tell.</summary>
public sealed record StoreStatus(bool IsDatabaseConnected, long? TotalBytes, long? UsedBytes, long? FreeBytes);

/// <summary>Asks the database and the disk how they are.</summary>
public interface IStoreStatus
{
    Task<StoreStatus> GetAsync(CancellationToken cancellationToken = default);
}
