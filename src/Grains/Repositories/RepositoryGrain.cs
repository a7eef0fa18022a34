using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Content;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <inheritdoc cref="IRepositoryGrain"/>
public sealed partial class RepositoryGrain(
    IVersionStore versions,
    IVersionHistory history,
    ITaskReader tasks,
    IHeadReader head,
    IContentReader content,
    IContentSets sets,
    IBlobStore blobs,
    IOptions<RemovalOptions> removal,
    IOptions<SignatureOptions> limits,
    RestingGrains resting,
    IEventPublisher events,
    ILogger<RepositoryGrain> logger) : Grain, IRepositoryGrain
{
    private CommitQueue _queue = null!;

    private Guid Id => this.GetPrimaryKey();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _queue = new CommitQueue(Id, versions, history, tasks, head, content, events, logger);
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

    public Task<int> PutManifestAsync(PushedManifest manifest)
    {
        try
        {
            return _queue.CommitAsync(new PutManifest(
                new Manifest(manifest.Digest, manifest.MediaType, manifest.Bytes), manifest.Tags));
        }
        catch (InvalidManifestException exception)
        {
            throw new ProblemException(ProblemKind.ManifestInvalid, exception.Message, manifest.Digest.ToString());
        }
    }

    public async Task<int> AddSignatureAsync(Digest manifest, byte[] signature)
    {
        var stored = await GrainFactory.Manifest(manifest).AddSignatureAsync(signature);
        var unit = new ContentUnit(ContentKind.Signature, stored.Key, manifest.ToString());
        return await _queue.CommitAsync(new AddSignature(unit, stored.Statement, signature.Length, limits.Value));
    }

    public Task<int> UntagAsync(Tag tag) => _queue.CommitAsync(new Untag(tag));

    public Task<int> RemoveManifestAsync(Digest manifest) =>
        _queue.CommitAsync(Removal(manifest));

    public async Task RemoveBlobAsync(Digest blob)
    {
        var wasPending = await blobs.RemovePendingAsync(Id, blob); // first: no manifest may count on it meanwhile
        await _queue.CommitAsync(new RemoveBlob(blob, wasPending));
    }

    public Task AdmitBlobAsync(SealedUpload upload) => blobs.AdmitAsync(upload);

    public Task<bool> MountBlobAsync(Guid source, Digest blob) => blobs.MountAsync(source, Id, blob);

    public Task ForgetAsync()
    {
        _queue.Forget();
        return Task.CompletedTask;
    }
}
