using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <inheritdoc cref="IRepositoryActions"/>
public sealed partial class RepositoryGrain : IRepositoryActions
{
    private bool WithReferrers => removal.Value.WithReferrers;

    private RemoveManifest Removal(Digest manifest) =>
        new(manifest, WithReferrers) { AllowBrokenIndexes = removal.Value.AllowBrokenIndexes };

    public Task<int> AddAsync(Guid[] content, bool requireManifest, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new AddContent(content, requireManifest, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> AddSignaturesAsync(
        string[] keys, bool allOrNothing, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(new AddSignatures(keys, allOrNothing, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> AttachAsync(AttachedManifest[] attachments, TaskStamp? task, CancellationToken cancellationToken)
    {
        var attached = attachments.Select(one => new Attachment(one.Image, one.Manifest, one.Tag, one.Replaces)).ToList();
        return _queue.CommitAsync(new AttachManifests(attached, sets, limits.Value) { Task = task }, cancellationToken);
    }

    public Task<int> RemoveAsync(Guid[]? content, TaskStamp? task, CancellationToken cancellationToken)
    {
        RepositoryChange change = content is null
            ? new RemoveEverything(sets)
            : new RemoveContent(content, WithReferrers, sets);
        return _queue.CommitAsync(change with { Task = task }, cancellationToken);
    }

    public Task<int> ModifyAsync(Guid[]? remove, Guid[] add, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new ModifyContent(remove, add, WithReferrers, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> TagAsync(Tag tag, Digest manifest, TaskStamp? task) =>
        _queue.CommitAsync(new TagManifest(tag, manifest) { Task = task });

    public Task<int> UntagAsync(Tag tag, TaskStamp? task) => _queue.CommitAsync(new Untag(tag) { Task = task });

    public Task<int> CopyAsync(CopyRequest request, TaskStamp? task, CancellationToken cancellationToken)
    {
        var selection = new CopySelection(request.Tags, request.Names, request.MediaTypes, request.WithSignatures);
        return _queue.CommitAsync(
            new CopyContent(request.Source, request.Version, selection, sets, history, limits.Value) { Task = task },
            cancellationToken);
    }

    public Task<int> RemoveImageAsync(Digest manifest, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(Removal(manifest) with { Task = task }, cancellationToken);

    public Task<int> RemoveSignaturesAsync(
        SignatureSelection selection, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new RemoveSignatures(
                new SignatureFilter(
                    selection.KeyIds ?? AsList(selection.KeyId),
                    selection.Fingerprints ?? AsList(selection.Fingerprint),
                    selection.Manifest),
                selection.Content,
                sets)
            {
                Task = task,
            },
            cancellationToken);

    private static string[]? AsList(string? one) => one is null ? null : [one];

    public Task<int> RollBackAsync(int version, TaskStamp? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(new RollBack(version, sets, history) { Task = task }, cancellationToken);

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
}
