using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>A blob can be taken away on its own.</summary>
public sealed class RemoveBlobTests
{
    private readonly FakeRepository _repository = new();

    [Fact]
    public async Task A_blob_leaves_even_where_a_manifest_names_it()
    {
        var image = await _repository.PushAsync(Images.Image("config", ["layer"]));
        var draft = await _repository.CommitAsync(new RemoveBlob(Images.DigestOf("layer")));
        Assert.Equal([ContentUnit.Blob(Images.DigestOf("layer"))], draft.Removed);
        Assert.True(_repository.Holds(image) && _repository.HoldsBlob("config"));
    }

    [Fact]
    public async Task A_pending_blob_is_in_no_version_so_there_is_nothing_to_commit()
    {
        _repository.AddPending(Images.DigestOf("pending"));
        Assert.True((await _repository.PlanAsync(new RemoveBlob(Images.DigestOf("pending"), WasPending: true))).IsEmpty);
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => _repository.PlanAsync(new RemoveBlob(Images.DigestOf("absent"))));
        Assert.Equal(
            (ProblemKind.BlobUnknown, Images.DigestOf("absent").ToString()),
            (refusal.Problem.Kind, refusal.Problem.Subject));
    }

    [Fact]
    public async Task A_manifest_can_leave_when_one_of_its_blobs_left_before()
    {
        var image = await _repository.PushAsync(Images.Image("config", ["layer"]));
        await _repository.CommitAsync(new RemoveBlob(Images.DigestOf("layer")));
        await _repository.CommitAsync(new RemoveManifest(image.Digest));
        Assert.Empty(_repository.Units);
    }
}
