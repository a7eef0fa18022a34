using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <inheritdoc cref="IRepositoryActions"/>
public sealed partial class RepositoryGrain : IRepositoryActions
{
    private bool WithReferrers => removal.Value.WithReferrers;

    public Task<int> AddAsync(Guid[] content, bool requireManifest, Guid? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new AddContent(content, requireManifest, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> AddSignaturesAsync(string[] keys, Guid? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(new AddSignatures(keys, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> RemoveAsync(Guid[]? content, Guid? task, CancellationToken cancellationToken)
    {
        RepositoryChange change = content is null
            ? new RemoveEverything(sets)
            : new RemoveContent(content, WithReferrers, sets);
        return _queue.CommitAsync(change with { Task = task }, cancellationToken);
    }

    public Task<int> ModifyAsync(Guid[]? remove, Guid[] add, Guid? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new ModifyContent(remove, add, WithReferrers, sets, limits.Value) { Task = task }, cancellationToken);

    public Task<int> TagAsync(Tag tag, Digest manifest, Guid? task) =>
        _queue.CommitAsync(new TagManifest(tag, manifest) { Task = task });

    public Task<int> UntagAsync(Tag tag, Guid? task) => _queue.CommitAsync(new Untag(tag) { Task = task });

    public async Task<int> CopyAsync(CopyRequest request, Guid? task, CancellationToken cancellationToken)
    {
        await RequireAsync(request.Source, request.Version, cancellationToken);
        var selection = new CopySelection(request.Tags, request.Names, request.MediaTypes, request.WithSignatures);
        return await _queue.CommitAsync(
            new CopyContent(request.Source, request.Version, selection, sets, limits.Value) { Task = task },
            cancellationToken);
    }

    public Task<int> RemoveImageAsync(Digest manifest, Guid? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(new RemoveImage(manifest, WithReferrers) { Task = task }, cancellationToken);

    public Task<int> RemoveSignaturesAsync(
        SignatureSelection selection, Guid? task, CancellationToken cancellationToken) =>
        _queue.CommitAsync(
            new RemoveSignatures(
                new SignatureFilter(selection.KeyId, selection.Fingerprint, selection.Manifest), selection.Content, sets)
            {
                Task = task,
            },
            cancellationToken);

    public async Task<int> RollBackAsync(int version, Guid? task, CancellationToken cancellationToken)
    {
        await RequireAsync(Id, version, cancellationToken);
        return await _queue.CommitAsync(new RollBack(version, sets) { Task = task }, cancellationToken);
    }

    public Task<int> DeleteVersionAsync(int version) => _queue.DoAloneAsync(() => history.DeleteAsync(Id, version));

    public Task TrimAsync() => _queue.DoAloneAsync(async () =>
    {
        while (await history.TrimAsync(Id))
            continue;
    });

    // The rows of a version that was deleted are part of others: reading it would show one of those.
    private async Task RequireAsync(Guid repository, int version, CancellationToken cancellationToken)
    {
        if (!await history.ExistsAsync(repository, version, cancellationToken))
            throw new ProblemException(
                ProblemKind.NameUnknown, $"There is no version {version} of that repository.", repository.ToString());
    }
}
