using Microsoft.Extensions.Logging;
using OrleansRegistry.Content;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <inheritdoc cref="IRepositoryGrain"/>
public sealed class RepositoryGrain(
    IVersionStore versions,
    IVersionHistory history,
    ITaskReader tasks,
    IBlobStore blobs,
    ChangeContext context,
    RestingGrains resting,
    IEventPublisher events,
    ILogger<RepositoryGrain> logger) : Grain, IRepositoryGrain
{
    private CommitQueue _queue = null!;

    private Guid Id => this.GetPrimaryKey();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _queue = new CommitQueue(Id, versions, history, tasks, context, events, logger);
        return _queue.LoadAsync(cancellationToken);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _queue.DrainAsync();

    public async Task<int> GetHeadAsync()
    {
        if (_queue.Latest is null)
            await _queue.LoadAsync(CancellationToken.None);
        if (_queue.Latest is { } latest)
            return latest.Number;
        resting.Add(GrainContext, () => _queue.Latest is null);
        throw new ProblemException(ProblemKind.NameUnknown, "There is no such repository.", Id.ToString());
    }

    public Task<int> ApplyAsync(ChangeOrder order, CancellationToken cancellationToken) =>
        _queue.CommitAsync(order, cancellationToken);

    public async Task RemoveBlobAsync(Digest blob)
    {
        var wasPending = await blobs.RemovePendingAsync(Id, blob); // first: no manifest may count on it meanwhile
        await _queue.CommitAsync(new(new RemoveBlob(blob, wasPending)));
    }

    public Task AdmitBlobAsync(SealedUpload upload) => blobs.AdmitAsync(upload);

    public Task<bool> MountBlobAsync(Guid source, Digest blob) => blobs.MountAsync(source, Id, blob);

    public Task<int> DeleteVersionAsync(int version) => _queue.DoAloneAsync(() => history.DeleteAsync(Id, version));

    // Slice by slice: what came in between goes in between.
    public async Task TrimAsync()
    {
        bool hasMore;
        do
        {
            hasMore = false;
            await _queue.DoAloneAsync(async () => hasMore = await history.TrimAsync(Id));
        }
        while (hasMore);
    }

    public Task ForgetAsync()
    {
        _queue.Forget();
        return Task.CompletedTask;
    }
}
