namespace OrleansRegistry.Conformance;

/// <summary>What vouches for an image leaves with it: in the same version, and nothing else leaves.</summary>
public abstract class RemovalTests(RunningRegistry registry)
{
    [Fact]
    public async Task An_image_leaves_with_its_tags_and_signatures()
    {
        var repository = registry.NewRepository();
        var (image, other) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("other"));
        await repository.PutManifestAsync(image, "latest").Answers(201);
        foreach (var signed in new[] { image, image, image, other })
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, image, manifests: 1, tags: 2, signatures: 3);
        await AssertGoneAsync(repository, image);
        Assert.Single(await repository.SignaturesOfAsync(other.Digest));
    }

    [Fact]
    public async Task An_index_leaves_with_its_images_and_all_their_signatures()
    {
        var repository = registry.NewRepository();
        Named[] images = [await repository.PushImageAsync(), await repository.PushImageAsync()];
        var index = await repository.PushManifestAsync(Manifests.Index(images), "all");
        foreach (var signed in new[] { index, images[0], images[0], images[1] })
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, index, manifests: 3, tags: 1, signatures: 4);
        await AssertGoneAsync(repository, [index, .. images]);
    }

    [Fact]
    public async Task An_image_that_another_index_lists_stays_with_its_signatures()
    {
        var repository = registry.NewRepository();
        var (own, shared) = (await repository.PushImageAsync(), await repository.PushImageAsync());
        var index = await repository.PushManifestAsync(Manifests.Index([own, shared]), "one");
        var another = await repository.PushManifestAsync(Manifests.Index([shared]), "two");
        foreach (var signed in new[] { own, shared, index, another })
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, index, manifests: 2, tags: 1, signatures: 2);
        await AssertGoneAsync(repository, own, index);
        Assert.Single(await repository.SignaturesOfAsync(shared.Digest));
        Assert.Single(await repository.SignaturesOfAsync(another.Digest));

        await RemovesInOneVersionAsync(repository, another, manifests: 2, tags: 1, signatures: 2);
        await AssertGoneAsync(repository, shared, another);
    }

    [Fact]
    public async Task An_image_of_an_index_that_a_tag_names_stays_with_its_signatures()
    {
        var repository = registry.NewRepository();
        var (tagged, untagged) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync());
        var index = await repository.PushManifestAsync(Manifests.Index([tagged, untagged]), "all");
        foreach (var signed in new[] { tagged, untagged, index })
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, index, manifests: 2, tags: 1, signatures: 2);
        await AssertGoneAsync(repository, untagged, index);
        await repository.GetAsync("manifests/v1").Answers(200);
        Assert.Single(await repository.SignaturesOfAsync(tagged.Digest));
    }

    [Fact]
    public async Task An_index_of_indexes_leaves_with_all_that_it_holds()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync();
        var inner = await repository.PushManifestAsync(Manifests.Index([image]));
        var outer = await repository.PushManifestAsync(Manifests.Index([inner, image]), "all");
        foreach (var signed in new[] { image, inner, outer })
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, outer, manifests: 3, tags: 1, signatures: 3);
        await AssertGoneAsync(repository, image, inner, outer);
    }

    [Fact]
    public async Task A_tag_that_is_moved_or_deleted_takes_nothing_with_it()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.SignAsync(image);
        await repository.PushImageAsync("v1");
        Assert.Single(await repository.SignaturesOfAsync(image.Digest));

        await repository.SendAsync("DELETE", "manifests/v1").Answers(202);
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
        Assert.Single(await repository.SignaturesOfAsync(image.Digest));
        Assert.Single(await repository.LookasideOfAsync(image.Digest));
        var latest = await VersionHistory.LatestAsync(registry.Site, repository);
        Assert.Equal(new VersionHistory.Counts(0, 1, 0), latest.Removed);
    }

    [Fact]
    public async Task Cosigns_tags_leave_with_their_image_and_what_hangs_on_them_too()
    {
        var repository = registry.NewRepository();
        var (image, other) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("other"));
        var leaving = new List<Named> { image };
        foreach (var suffix in new[] { ".sig", ".att", ".sbom", "" })
            leaving.Add(await repository.PushImageAsync(CompanionOf(image) + suffix));
        leaving.Add(await repository.PushImageAsync(CompanionOf(leaving[2]) + ".sig")); // of the attestation
        var staying = await repository.PushImageAsync(CompanionOf(other) + ".sig");
        foreach (var signed in leaving)
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, image, manifests: 6, tags: 6, signatures: 6);
        await AssertGoneAsync(repository, [.. leaving]);
        await repository.GetAsync($"manifests/{staying.Digest}").Answers(200);
        await repository.GetAsync($"manifests/{CompanionOf(other)}.sig").Answers(200);
    }

    [Fact]
    public async Task A_companion_that_another_tag_names_loses_its_own_tag_alone()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var companion = await repository.PushImageAsync($"{CompanionOf(image)}.sbom");
        await repository.PutManifestAsync(companion, "bill-of-materials").Answers(201);

        await RemovesInOneVersionAsync(repository, image, manifests: 1, tags: 2, signatures: 0);
        await repository.GetAsync($"manifests/{CompanionOf(image)}.sbom").Answers(404);
        await repository.GetAsync("manifests/bill-of-materials").Answers(200);
    }

    [Fact]
    public async Task Referrers_leave_with_their_subject_and_theirs_with_them()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.PushBlobAsync(Named.Empty);
        var leaving = new List<Named> { image };
        for (var depth = 0; depth < 4; depth++)
            leaving.Add(await repository.PushManifestAsync(
                Manifests.Artifact("application/vnd.cncf.notary.signature", leaving[^1], ("depth", $"{depth}"))));
        leaving.Add(await repository.PushManifestAsync(Manifests.Index([], image))); // an index may refer too
        foreach (var signed in leaving)
            await repository.SignAsync(signed);

        await RemovesInOneVersionAsync(repository, image, manifests: 6, tags: 1, signatures: 6);
        await AssertGoneAsync(repository, [.. leaving]);
        var listed = await repository.GetAsync($"referrers/{image.Digest}").Answers(200);
        Assert.Empty((await listed.JsonAsync())["manifests"]!.AsArray());
    }

    [Fact]
    public async Task Referrers_of_the_images_of_an_index_leave_with_the_index()
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync(Named.Empty);
        var image = await repository.PushImageAsync();
        var index = await repository.PushManifestAsync(Manifests.Index([image]), "all");
        var referrer = await repository.PushManifestAsync(Manifests.Artifact("application/vnd.example.sbom", image));
        var companion = await repository.PushImageAsync($"{CompanionOf(image)}.sig");
        await repository.SignAsync(referrer);

        await RemovesInOneVersionAsync(repository, index, manifests: 4, tags: 2, signatures: 1);
        await AssertGoneAsync(repository, index, image, referrer, companion);
    }

    [Fact]
    public async Task Removing_a_referrer_leaves_its_subject_as_it_was()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.PushBlobAsync(Named.Empty);
        var referrer = await repository.PushManifestAsync(Manifests.Artifact("application/vnd.example.sbom", image));
        await repository.SignAsync(image);
        await RemovesInOneVersionAsync(repository, referrer, manifests: 1, tags: 0, signatures: 0);
        Assert.Single(await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task A_removal_here_leaves_other_repositories_alone()
    {
        var (mine, theirs) = (registry.NewRepository(), registry.NewRepository());
        var config = Named.Random(16, MediaTypes.Config);
        var image = Manifests.Image(config, []);
        foreach (var repository in new[] { mine, theirs })
        {
            await repository.PushBlobAsync(config);
            await repository.PushManifestAsync(image, "v1");
        }

        var signature = await mine.SignAsync(image);
        await theirs.PutSignatureAsync(image.Digest, signature).Answers(201);
        await RemovesInOneVersionAsync(mine, image, manifests: 1, tags: 1, signatures: 1);
        Assert.Equal([signature], await theirs.SignaturesOfAsync(image.Digest));
        Assert.Equal(config.Bytes, await theirs.GetAsync($"blobs/{config.Digest}").BytesAsync());
    }

    private static string CompanionOf(Named subject) => subject.Digest.Replace(':', '-');

    private static async Task AssertGoneAsync(TestRepository repository, params IEnumerable<Named> manifests)
    {
        foreach (var manifest in manifests)
        {
            await repository.GetAsync($"manifests/{manifest.Digest}").Answers(404, "MANIFEST_UNKNOWN");
            await repository.Client.GetAsync(repository.SignaturesPath(manifest.Digest)).Answers(404, "MANIFEST_UNKNOWN");
            Assert.Empty(await repository.LookasideOfAsync(manifest.Digest));
        }
    }

    private async Task RemovesInOneVersionAsync(
        TestRepository repository, Named manifest, int manifests, int tags, int signatures)
    {
        var before = await VersionHistory.LatestAsync(registry.Site, repository);
        await repository.SendAsync("DELETE", $"manifests/{manifest.Digest}").Answers(202);
        var after = await VersionHistory.LatestAsync(registry.Site, repository);
        Assert.Equal(
            (before.Number + 1, new VersionHistory.Counts(manifests, tags, signatures)), (after.Number, after.Removed));
        Assert.Equal(
            new VersionHistory.Counts(
                before.Present.Manifests - manifests, before.Present.Tags - tags, before.Present.Signatures - signatures),
            after.Present);
    }
}

[Collection(nameof(OnSqlite))]
public sealed class RemovalTestsOnSqlite(OnSqlite registry) : RemovalTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class RemovalTestsOnPostgres(OnPostgres registry) : RemovalTests(registry);

/// <summary>A registry told to keep referrers when their subject goes.</summary>
public abstract class RemovalWithoutReferrersTests(UnusualRegistry registry)
{
    [Fact]
    public async Task Referrers_and_companions_stay_and_signatures_leave()
    {
        var repository = registry.NewRepository()[0];
        var image = await repository.PushImageAsync("v1");
        await repository.PushBlobAsync(Named.Empty);
        var referrer = await repository.PushManifestAsync(Manifests.Artifact("application/vnd.example.sbom", image));
        var tag = $"{image.Digest.Replace(':', '-')}.sig";
        await repository.PushImageAsync(tag);
        await repository.SignAsync(image);
        await repository.SignAsync(referrer);

        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        await repository.GetAsync($"manifests/{tag}").Answers(200);
        await repository.GetAsync($"manifests/{referrer.Digest}").Answers(200);
        Assert.Single(await repository.SignaturesOfAsync(referrer.Digest));
        Assert.Empty(await repository.LookasideOfAsync(image.Digest));
        Assert.Equal(
            new VersionHistory.Counts(1, 1, 1), (await VersionHistory.LatestAsync(registry.Site, repository)).Removed);
    }
}

[Collection(nameof(UnusualOnSqlite))]
public sealed class RemovalWithoutReferrersTestsOnSqlite(UnusualOnSqlite registry) : RemovalWithoutReferrersTests(registry);

[Collection(nameof(UnusualOnPostgres))]
public sealed class RemovalWithoutReferrersTestsOnPostgres(UnusualOnPostgres registry) : RemovalWithoutReferrersTests(registry);
