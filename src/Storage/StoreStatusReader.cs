using OrleansRegistry.Cluster;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IStoreStatus"/>
internal sealed class StoreStatusReader(IDatabase database, DataDirectory data) : IStoreStatus
{
    public async Task<StoreStatus> GetAsync(CancellationToken cancellationToken)
    {
        var connected = await IsConnectedAsync(cancellationToken);
        try
        {
            var drive = new DriveInfo(data.Root);
            return new(connected, drive.TotalSize, drive.TotalSize - drive.TotalFreeSpace, drive.AvailableFreeSpace);
        }
        catch (IOException)
        {
            return new(connected, null, null, null);
        }
    }

    private async Task<bool> IsConnectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.PingAsync(cancellationToken);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
