using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <summary>Nothing is fetched: what was promised has to be pushed.</summary>
internal sealed class NoSource : IBlobSource
{
    public Task<IOpenBlob?> FetchAsync(Blob blob, CancellationToken cancellationToken) => Task.FromResult<IOpenBlob?>(null);
}
