using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>Tags come, move and go; manifests stay.</summary>
public sealed class TagTests
{
    private static readonly Tag Latest = Tag.Parse("latest");

    private readonly FakeRepository _repository = new();

    [Fact]
    public async Task A_tag_needs_a_manifest_of_the_repository()
    {
        var refusal = await Assert.ThrowsAsync<ProblemException>(
            () => _repository.PlanAsync(new TagManifest(Latest, Images.DigestOf("absent"))));
        Assert.Equal(
            (ProblemKind.ManifestUnknown, Images.DigestOf("absent").ToString()),
            (refusal.Problem.Kind, refusal.Problem.Subject));
    }

    [Fact]
    public async Task Tagging_adds_the_tag_and_nothing_else()
    {
        var image = await _repository.PushAsync(Images.Image("config"));
        var draft = await _repository.PlanAsync(new TagManifest(Latest, image.Digest));
        Assert.Equal([ContentUnit.Tag(Latest, image.Digest)], draft.Added);
        Assert.Empty(draft.Removed);
        Assert.Null(draft.Manifest);
    }

    [Fact]
    public async Task Tagging_the_same_manifest_again_changes_nothing()
    {
        var image = await _repository.PushAsync(Images.Image("config"), "latest");
        Assert.True((await _repository.PlanAsync(new TagManifest(Latest, image.Digest))).IsEmpty);
    }

    [Fact]
    public async Task A_tag_that_moves_takes_nothing_along()
    {
        var older = await _repository.PushAsync(Images.Image("older"), "latest");
        var newer = await _repository.PushAsync(Images.Image("newer"));
        var draft = await _repository.CommitAsync(new TagManifest(Latest, newer.Digest));
        Assert.Equal([ContentUnit.Tag(Latest, older.Digest)], draft.Removed);
        Assert.Equal([ContentUnit.Tag(Latest, newer.Digest)], draft.Added);
        Assert.True(_repository.Holds(older));
    }

    [Fact]
    public async Task Names_that_differ_in_case_are_different_tags()
    {
        var image = await _repository.PushAsync(Images.Image("config"), "latest", "Latest");
        await _repository.CommitAsync(new Untag(Latest));
        Assert.Equal(["Latest"], _repository.Tags);
        Assert.True(_repository.Holds(image));
    }

    [Fact]
    public async Task Untagging_leaves_the_manifest_and_its_other_tags()
    {
        var image = await _repository.PushAsync(Images.Image("config"), "latest", "1");
        var draft = await _repository.CommitAsync(new Untag(Latest));
        Assert.Equal([ContentUnit.Tag(Latest, image.Digest)], draft.Removed);
        Assert.Empty(draft.Added);
        Assert.True(_repository.Holds(image) && _repository.HoldsBlob("config"));
    }

    [Fact]
    public async Task Untagging_what_is_not_tagged_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => _repository.PlanAsync(new Untag(Latest)));
        Assert.Equal((ProblemKind.ManifestUnknown, "latest"), (refusal.Problem.Kind, refusal.Problem.Subject));
    }
}
