namespace OrleansRegistry.Storage;

/// <summary>Proves, by writing, that the catalogue and the directory of blobs take what clients send.</summary>
public sealed class StoreProbe(IDatabase database, DataDirectory data, TimeProvider clock)
{
    private readonly string _file = Path.Combine(data.Root, "blobs", $".probe-{Guid.NewGuid():N}");

    /// <exception cref="StoreUnavailableException">It is out of reach, full, or takes no writes.</exception>
    public Task WriteToCatalogueAsync(CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(new("update probe set written_at = @now", ("now", clock.GetUtcNow())), cancellationToken),
        cancellationToken);

    /// <remarks>Blocks for as long as the file system does.</remarks>
    /// <exception cref="IOException">It is out of reach, or full.</exception>
    public void WriteToBlobs()
    {
        using var file = new FileStream(
            _file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        file.WriteByte(0);
    }
}
