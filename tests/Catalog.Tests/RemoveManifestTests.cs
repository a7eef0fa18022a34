using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>What leaves along with a manifest, and what stays because something else needs it.</summary>
public sealed class RemoveManifestTests
{
    private readonly FakeRepository _repository = new();

    public static TheoryData<string> CompanionSuffixes => ["", ".sig", ".att", ".sbom"];

    [Fact]
    public async Task A_manifest_that_is_not_there_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => RemoveAsync(Images.Image("absent")));
        Assert.Equal(ProblemKind.ManifestUnknown, refusal.Problem.Kind);
    }

    [Fact]
    public async Task All_tags_on_a_manifest_leave_with_it_and_so_do_its_blobs()
    {
        var image = await _repository.PushAsync(Images.Image("config", ["layer"]), "latest", "1", "1.0");
        var draft = await RemoveAsync(image);
        Assert.Empty(_repository.Units);
        Assert.Equal(new ContentCounts(2, 1, 3, 0), ContentCounts.Of(draft.Removed));
    }

    [Fact]
    public async Task Signatures_leave_with_their_manifest_even_where_referrers_stay()
    {
        var image = await _repository.PushAsync(Images.Image("a"));
        var other = await _repository.PushAsync(Images.Image("b"));
        var (signature, kept) = (SignatureOf(image, 'a'), SignatureOf(other, 'b'));
        _repository.AddUnit(signature);
        _repository.AddUnit(SignatureOf(image, 'c'));
        _repository.AddUnit(kept);
        var draft = await RemoveAsync(image, withReferrers: false);
        Assert.Equal(2, draft.Removed.Count(unit => unit.Kind is ContentKind.Signature));
        Assert.Contains(kept, _repository.Units);
    }

    [Fact]
    public async Task Signatures_of_entries_and_referrers_leave_with_those()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var index = await _repository.PushAsync(Images.Index([image]), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: index));
        foreach (var manifest in new[] { image, index, sbom })
            _repository.AddUnit(SignatureOf(manifest, '1'));
        await RemoveAsync(index);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Blobs_that_a_remaining_manifest_names_stay()
    {
        var image = await _repository.PushAsync(Images.Image("a", ["shared", "own"]));
        await _repository.PushAsync(Images.Image("b", ["shared"]));
        await _repository.PushAsync(Images.Image("shared")); // as a config
        await RemoveAsync(image);
        Assert.Equal((false, false, true, true), (
            _repository.HoldsBlob("a"), _repository.HoldsBlob("own"), _repository.HoldsBlob("b"),
            _repository.HoldsBlob("shared")));
    }

    [Fact]
    public async Task A_blob_that_only_leaving_manifests_share_leaves()
    {
        var images = new[]
        {
            await _repository.PushAsync(Images.Image("a", ["shared"])),
            await _repository.PushAsync(Images.Image("b", ["shared"])),
        };
        await RemoveAsync(await _repository.PushAsync(Images.Index(images)));
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task The_entries_of_an_index_leave_with_it()
    {
        var images = new[]
        {
            await _repository.PushAsync(Images.Image("amd64")), await _repository.PushAsync(Images.Image("arm64")),
        };
        await RemoveAsync(await _repository.PushAsync(Images.Index(images), "latest"));
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_entry_stays_while_another_index_lists_it()
    {
        var shared = await _repository.PushAsync(Images.Image("shared"));
        var own = await _repository.PushAsync(Images.Image("own"));
        var index = await _repository.PushAsync(Images.Index([shared, own]), "1");
        var other = await _repository.PushAsync(Images.Index([shared]), "2");
        await RemoveAsync(index);
        Assert.Equal(
            (true, false, true), (_repository.Holds(shared), _repository.Holds(own), _repository.HoldsBlob("shared")));

        await RemoveAsync(other);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_entry_stays_while_a_tag_names_it()
    {
        var image = await _repository.PushAsync(Images.Image("amd64"), "amd64");
        var index = await _repository.PushAsync(Images.Index([image]), "latest");
        await RemoveAsync(index);
        Assert.True(_repository.Holds(image));
        Assert.Equal(["amd64"], _repository.Tags);
    }

    [Fact]
    public async Task An_entry_leaves_once_its_tag_was_taken_away_before()
    {
        var image = await _repository.PushAsync(Images.Image("amd64"), "amd64");
        var index = await _repository.PushAsync(Images.Index([image]), "latest");
        await _repository.CommitAsync(new Untag(Tag.Parse("amd64")));
        await RemoveAsync(index);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_image_that_an_index_lists_is_not_removed_before_the_index()
    {
        var image = await _repository.PushAsync(Images.Image("amd64"), "amd64");
        var index = await _repository.PushAsync(Images.Index([image]), "latest", "1.0");
        var untagged = await _repository.PushAsync(Images.Index([image, await _repository.PushAsync(Images.Image("arm64"))]));
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => RemoveAsync(image));
        Assert.Equal((ProblemKind.Listed, image.Digest.ToString()), (refusal.Problem.Kind, refusal.Problem.Subject));
        Assert.Contains($"{index.Digest} (1.0, latest)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(untagged.Digest.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.Contains("amd64", _repository.Tags);

        await RemoveAsync(index);
        await RemoveAsync(untagged);
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_image_that_an_index_lists_can_be_removed_where_broken_indexes_are_allowed()
    {
        var image = await _repository.PushAsync(Images.Image("amd64"));
        var index = await _repository.PushAsync(Images.Index([image]), "latest");
        _repository.Removal.AllowBrokenIndexes = true;
        await RemoveAsync(image);
        Assert.Equal((false, true), (_repository.Holds(image), _repository.Holds(index)));
        await RemoveAsync(index);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_index_that_leaves_in_the_same_change_is_no_reason_to_refuse()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        await _repository.PushAsync(Images.Index([image], image)); // it describes what it lists
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);

        await _repository.PushAsync(image, "latest");
        await _repository.PushAsync(Images.Index([image]), Images.Companion(image));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Nested_indexes_leave_down_to_the_last_image()
    {
        Manifest lowest = await _repository.PushAsync(Images.Image("lowest")), index = lowest;
        for (var depth = 0; depth < 50; depth++)
            index = await _repository.PushAsync(Images.Index([index]));
        await RemoveAsync(index);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Of_nested_indexes_the_part_that_is_tagged_stays_whole()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var inner = await _repository.PushAsync(Images.Index([image]), "inner");
        var outer = await _repository.PushAsync(Images.Index([inner, image]), "outer");
        await RemoveAsync(outer);
        Assert.True(_repository.Holds(inner) && _repository.Holds(image) && _repository.HoldsBlob("image"));
    }

    [Fact]
    public async Task An_entry_that_two_leaving_indexes_hold_leaves_whichever_is_visited_first()
    {
        // The image is held by the inner index while the outer one leaves, a generation before the inner one does.
        var image = await _repository.PushAsync(Images.Image("image"));
        var inner = await _repository.PushAsync(Images.Index([image]));
        var middle = await _repository.PushAsync(Images.Index([inner]));
        await RemoveAsync(await _repository.PushAsync(Images.Index([image, middle])));
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Manifests_that_name_each_other_end_the_walk()
    {
        var (a, b) = (Images.Image("a"), Images.Image("b"));
        await _repository.PushAsync(a);
        await _repository.PushAsync(b);
        _repository.AddLink(b, LinkKind.Child, a);
        _repository.AddLink(b, LinkKind.Child, b);
        _repository.AddLink(a, LinkKind.Subject, b);
        _repository.AddLink(b, LinkKind.Subject, a);
        await RemoveAsync(b);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Referrers_leave_with_their_subject_and_theirs_with_them()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: image));
        var signature = await _repository.PushAsync(Images.Image("signature", subject: sbom));
        await _repository.PushAsync(Images.Image("statement", subject: signature));
        var bystander = await _repository.PushAsync(Images.Image("bystander", subject: Images.Image("another")));
        await RemoveAsync(image);
        Assert.Equal(
            new HashSet<ContentUnit>
            {
                ContentUnit.Manifest(bystander.Digest), ContentUnit.Blob(Images.DigestOf("bystander")),
            },
            [.. _repository.Units]);
    }

    [Fact]
    public async Task A_subject_stays_when_its_referrer_leaves()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: image));
        await RemoveAsync(sbom);
        Assert.Equal((true, false), (_repository.Holds(image), _repository.Holds(sbom)));
    }

    [Fact]
    public async Task A_referrer_that_a_tag_of_its_own_holds_stays_with_all_that_hangs_on_it()
    {
        var image = await _repository.PushAsync(Images.Image("base"), "base");
        var patched = await _repository.PushAsync(Images.Image("patched", ["layer"], image), "patched");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: patched));
        var companion = await _repository.PushAsync(Images.Image("companion"), Images.Companion(patched, ".sig"));
        var signature = SignatureOf(patched, '1');
        _repository.AddUnit(signature);
        await RemoveAsync(image);
        Assert.Equal(["patched", Images.Companion(patched, ".sig")], _repository.Tags);
        Assert.Equal(
            (false, true, true, true, true),
            (_repository.Holds(image), _repository.Holds(patched), _repository.Holds(sbom), _repository.Holds(companion),
                _repository.HoldsBlob("layer")));
        Assert.Contains(signature, _repository.Units);

        await RemoveAsync(patched);
        Assert.Empty(_repository.Units);
    }

    [Theory]
    [MemberData(nameof(CompanionSuffixes))]
    public async Task A_companion_tag_of_its_subject_holds_no_referrer(string suffix)
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        await _repository.PushAsync(Images.Image("sbom", subject: image), Images.Companion(image, suffix));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task A_referrer_that_is_a_companion_of_another_image_stays_with_that_one()
    {
        var (image, other) = (
            await _repository.PushAsync(Images.Image("image")), await _repository.PushAsync(Images.Image("other"), "other"));
        var shared = await _repository.PushAsync(
            Images.Image("shared", subject: image), Images.Companion(image, ".att"), Images.Companion(other, ".att"));
        await RemoveAsync(image);
        Assert.True(_repository.Holds(shared));
        Assert.Equal(["other", Images.Companion(other, ".att")], _repository.Tags);
        await RemoveAsync(other);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task A_referrer_that_a_staying_index_lists_stays()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: image));
        var collection = await _repository.PushAsync(Images.Index([sbom]), "sboms");
        await RemoveAsync(image);
        Assert.Equal((false, true), (_repository.Holds(image), _repository.Holds(sbom)));
        await RemoveAsync(collection);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_entry_that_describes_an_image_that_stays_stays_with_it()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: image));
        var lost = await _repository.PushAsync(Images.Image("lost", subject: Images.Image("never pushed")));
        await RemoveAsync(await _repository.PushAsync(Images.Index([sbom, lost]), "collection"));
        Assert.Equal((true, false), (_repository.Holds(sbom), _repository.Holds(lost)));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task An_entry_that_describes_another_entry_leaves_with_it()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var attestation = await _repository.PushAsync(Images.Image("attestation", subject: image));
        await RemoveAsync(await _repository.PushAsync(Images.Index([attestation, image]), "latest"));
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task A_referrer_that_is_an_index_takes_its_entries_along()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var entry = await _repository.PushAsync(Images.Image("entry"));
        await _repository.PushAsync(Images.Index([entry], image));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Theory]
    [MemberData(nameof(CompanionSuffixes))]
    public async Task What_a_companion_tag_names_leaves_with_the_image(string suffix)
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        await _repository.PushAsync(Images.Image("companion"), Images.Companion(image, suffix));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Tags_that_only_look_like_companions_stay()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        string[] names =
        [
            Images.Companion(image, ".sigs"), Images.Companion(image, "-sig"), Images.Companion(image)[..^1],
            Images.Companion(Images.Image("other"), ".sig"),
        ];
        var kept = await _repository.PushAsync(Images.Image("kept"), names);
        await RemoveAsync(image);
        Assert.True(_repository.Holds(kept));
        Assert.Equal(names.Order(), _repository.Tags);
    }

    [Fact]
    public async Task What_a_companion_tag_names_stays_where_another_tag_names_it_too()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        var companion = await _repository.PushAsync(
            Images.Image("companion"), Images.Companion(image, ".sig"), "signature-of-mine");
        await RemoveAsync(image);
        Assert.True(_repository.Holds(companion));
        Assert.Equal(["signature-of-mine"], _repository.Tags);
    }

    [Fact]
    public async Task What_two_images_share_as_a_companion_leaves_with_the_last_of_them()
    {
        var (a, b) = (await _repository.PushAsync(Images.Image("a")), await _repository.PushAsync(Images.Image("b")));
        var companion = await _repository.PushAsync(
            Images.Image("companion"), Images.Companion(a, ".att"), Images.Companion(b, ".att"));
        await RemoveAsync(a);
        Assert.True(_repository.Holds(companion));
        await RemoveAsync(b);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task The_companions_of_entries_referrers_and_companions_leave_too()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        var index = await _repository.PushAsync(Images.Index([image]), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: index));
        var signature = await _repository.PushAsync(Images.Image("image signed"), Images.Companion(image, ".sig"));
        await _repository.PushAsync(Images.Image("sbom signed"), Images.Companion(sbom, ".sig"));
        await _repository.PushAsync(Images.Image("signature attested"), Images.Companion(signature, ".att"));
        await RemoveAsync(index);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task The_list_of_referrers_that_a_client_keeps_by_a_fallback_tag_leaves_with_them()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom"));
        await _repository.PushAsync(Images.Index([sbom]), Images.Companion(image));
        await RemoveAsync(image);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Companions_are_those_of_the_tags_of_now()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        await _repository.PushAsync(Images.Image("first"), Images.Companion(image, ".sig"));
        var second = await _repository.PushAsync(Images.Image("second"), Images.Companion(image, ".sig"));
        await RemoveAsync(image);
        Assert.Empty(_repository.Tags);
        Assert.False(_repository.Holds(second));
    }

    [Fact]
    public async Task Without_referrers_what_describes_an_image_stays()
    {
        var image = await _repository.PushAsync(Images.Image("image"), "latest");
        var sbom = await _repository.PushAsync(Images.Image("sbom", subject: image));
        var companion = await _repository.PushAsync(Images.Image("companion"), Images.Companion(image, ".sig"));
        await RemoveAsync(image, withReferrers: false);
        Assert.Equal(
            (false, true, true), (_repository.Holds(image), _repository.Holds(sbom), _repository.Holds(companion)));
        Assert.Equal([Images.Companion(image, ".sig")], _repository.Tags);
    }

    [Fact]
    public async Task Without_referrers_entries_leave_all_the_same()
    {
        var image = await _repository.PushAsync(Images.Image("image"));
        await RemoveAsync(await _repository.PushAsync(Images.Index([image]), "latest"), withReferrers: false);
        Assert.Empty(_repository.Units);
    }

    [Fact]
    public async Task Planning_again_gives_the_same_draft()
    {
        var image = await _repository.PushAsync(Images.Image("image", ["layer"]), "a", "b");
        await _repository.PushAsync(Images.Image("sbom", ["layer"], image));
        var change = new RemoveManifest(image.Digest);
        var first = await _repository.PlanAsync(change);
        Assert.Equal(first.Removed.ToHashSet(), [.. (await _repository.PlanAsync(change)).Removed]);
    }

    private Task<VersionDraft> RemoveAsync(Manifest manifest, bool withReferrers = true)
    {
        _repository.Removal.WithReferrers = withReferrers;
        return _repository.CommitAsync(new RemoveManifest(manifest.Digest));
    }

    private static ContentUnit SignatureOf(Manifest manifest, char hash) =>
        new(ContentKind.Signature, $"{manifest.Digest}@{new string(hash, 64)}", manifest.Digest);
}
