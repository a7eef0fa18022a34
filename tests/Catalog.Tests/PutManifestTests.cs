using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>What a push needs, and what it makes of the repository.</summary>
public sealed class PutManifestTests
{
    private readonly FakeRepository _repository = new();

    [Fact]
    public async Task A_manifest_comes_with_the_blobs_it_names_and_its_tags()
    {
        var image = Images.Image("config", ["layer", "layer", "config"]);
        _repository.AddPending(Images.DigestOf("config"), Images.DigestOf("layer"), Images.DigestOf("other"));
        var draft = await _repository.PlanAsync(new PutManifest(image, Images.Tags("latest", "1", "latest")));
        Assert.Equal(
            new HashSet<ContentUnit>
            {
                ContentUnit.Blob(Images.DigestOf("config")),
                ContentUnit.Blob(Images.DigestOf("layer")),
                ContentUnit.Manifest(image.Digest),
                ContentUnit.Tag(Tag.Parse("latest"), image.Digest),
                ContentUnit.Tag(Tag.Parse("1"), image.Digest),
            },
            [.. draft.Added]);
        Assert.Equal((5, 0, image), (draft.Added.Count, draft.Removed.Count, draft.Manifest));
    }

    [Fact]
    public async Task A_blob_that_is_neither_held_nor_pending_is_refused_by_name()
    {
        _repository.AddPending(Images.DigestOf("config"));
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => _repository.PlanAsync(new PutManifest(Images.Image("config", ["missing"]), [])));
        Assert.Equal(
            (ProblemKind.ManifestBlobUnknown, Images.DigestOf("missing").ToString()),
            (refusal.Problem.Kind, refusal.Problem.Subject));
    }

    [Fact]
    public async Task An_index_needs_its_entries_first()
    {
        var image = Images.Image("config");
        var index = Images.Index([image]);
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => _repository.PlanAsync(new PutManifest(index, [])));
        Assert.Equal(
            (ProblemKind.ManifestBlobUnknown, image.Digest.ToString()),
            (refusal.Problem.Kind, refusal.Problem.Subject));

        await _repository.PushAsync(image);
        Assert.Equal(
            [ContentUnit.Manifest(index.Digest)], (await _repository.PlanAsync(new PutManifest(index, []))).Added);
    }

    [Fact]
    public async Task A_blob_does_not_stand_in_for_a_manifest_of_that_digest()
    {
        var image = Images.Image("config");
        _repository.AddPending(image.Digest);
        await Assert.ThrowsAsync<ProblemException>(
            () => _repository.PlanAsync(new PutManifest(Images.Index([image]), [])));
    }

    [Fact]
    public async Task A_subject_need_not_exist() =>
        await _repository.PushAsync(Images.Image("describer", subject: Images.Image("absent")));

    [Fact]
    public async Task A_foreign_layer_need_not_exist_and_is_no_content()
    {
        var foreign = Images.DigestOf("foreign");
        var bytes = System.Text.Encoding.UTF8.GetBytes(
            $$$"""
            {"schemaVersion":2,"config":{"mediaType":"x/y","digest":"{{{Images.DigestOf("config")}}}","size":6},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar",
            "digest":"{{{foreign}}}","size":7}]}
            """);
        var image = await _repository.PushAsync(new Manifest(Digest.Sha256(bytes), MediaTypes.OciManifest, bytes));
        Assert.True(_repository.Holds(image));
        Assert.False(_repository.HoldsBlob("foreign"));
    }

    [Fact]
    public async Task A_manifest_that_is_there_already_changes_nothing()
    {
        var image = await _repository.PushAsync(Images.Image("config"), "latest");
        Assert.True((await _repository.PlanAsync(new PutManifest(image, Images.Tags("latest")))).IsEmpty);
    }

    [Fact]
    public async Task A_manifest_that_is_there_already_can_get_another_tag()
    {
        var image = await _repository.PushAsync(Images.Image("config"), "latest");
        var draft = await _repository.PlanAsync(new PutManifest(image, Images.Tags("latest", "next")));
        Assert.Equal([ContentUnit.Tag(Tag.Parse("next"), image.Digest)], draft.Added);
        Assert.Empty(draft.Removed);
    }

    [Fact]
    public async Task A_tag_that_moves_leaves_and_comes_in_the_same_version()
    {
        var older = await _repository.PushAsync(Images.Image("older"), "latest");
        var newer = Images.Image("newer");
        _repository.AddPending(Images.DigestOf("newer"));
        var draft = await _repository.PlanAsync(new PutManifest(newer, Images.Tags("latest")));
        Assert.Equal([ContentUnit.Tag(Tag.Parse("latest"), older.Digest)], draft.Removed);
        Assert.Contains(ContentUnit.Tag(Tag.Parse("latest"), newer.Digest), draft.Added);
        Assert.DoesNotContain(ContentUnit.Manifest(older.Digest), draft.Removed);
    }

    [Fact]
    public async Task A_blob_that_was_taken_away_comes_back_with_the_manifest_that_names_it()
    {
        var image = await _repository.PushAsync(Images.Image("config"));
        await _repository.CommitAsync(new RemoveBlob(Images.DigestOf("config")));
        await Assert.ThrowsAsync<ProblemException>(() => _repository.PlanAsync(new PutManifest(image, [])));
        _repository.AddPending(Images.DigestOf("config"));
        Assert.Equal(
            [ContentUnit.Blob(Images.DigestOf("config"))],
            (await _repository.PlanAsync(new PutManifest(image, []))).Added);
    }

    [Fact]
    public async Task Changes_of_one_batch_see_what_the_earlier_ones_did()
    {
        var image = Images.Image("config");
        var (push, index) = (new PutManifest(image, Images.Tags("a")), new PutManifest(Images.Index([image]), []));
        var (move, untag) = (new TagManifest(Tag.Parse("b"), image.Digest), new Untag(Tag.Parse("a")));
        _repository.AddPending(Images.DigestOf("config"));
        RepositoryChange[] batch = [push, index, move, untag];
        var view = await _repository.LoadAsync(batch);
        var drafts = new List<VersionDraft>();
        foreach (var change in batch)
        {
            drafts.Add(await change.PlanAsync(view, CancellationToken.None));
            view.Apply(drafts[^1]);
        }

        Assert.DoesNotContain(drafts, draft => draft.IsEmpty);
        await Assert.ThrowsAsync<ProblemException>(async () => await untag.PlanAsync(view, CancellationToken.None));
        Assert.True((await push.PlanAsync(view, CancellationToken.None)).Added is [{ Key: "a" }]);
    }
}
