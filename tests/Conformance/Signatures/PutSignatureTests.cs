namespace OrleansRegistry.Conformance;

/// <summary>Signatures by the registry extension: what is stored, and how it is shown.</summary>
public abstract class PutSignatureTests(RunningRegistry registry)
{
    private const string Zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Fact]
    public async Task A_manifest_without_signatures_has_an_empty_list()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        await repository.PushBlobAsync(Named.Empty);
        var artifact = await repository.PushManifestAsync(Manifests.Artifact("application/vnd.example", image));
        var index = await repository.PushManifestAsync(Manifests.Index([image]));
        foreach (var manifest in new[] { image, artifact, index })
        {
            var answer = await registry.Client.GetAsync(repository.SignaturesPath(manifest.Digest)).Answers(200);
            Assert.Equal("application/json", answer.Header("Content-Type"));
            Assert.Equal("""{"signatures":[]}""", (await answer.JsonAsync()).ToJsonString());
        }
    }

    [Fact]
    public async Task A_new_signature_is_one_version_and_the_same_again_is_none()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var before = await VersionHistory.LatestAsync(registry.Site, repository);

        var signature = await repository.SignAsync(image);
        await repository.PutSignatureAsync(image.Digest, signature).Answers(201);
        var after = await VersionHistory.LatestAsync(registry.Site, repository);
        Assert.Equal((before.Number + 1, 1, 1), (after.Number, after.AddedSignatures, after.Present.Signatures));
        Assert.Equal([signature], await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task The_same_signature_in_other_bytes_is_the_one_that_is_there()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var before = await VersionHistory.LatestAsync(registry.Site, repository);
        var signature = Openpgp.Sign(image.Digest);
        await repository.PutSignatureAsync(image.Digest, signature).Answers(201);
        for (var number = 0; number < 130; number++)
        {
            var replay = Openpgp.Replay(signature, number);
            Assert.NotEqual(signature, replay);
            await repository.PutSignatureAsync(image.Digest, replay).Answers(201);
        }

        var after = await VersionHistory.LatestAsync(registry.Site, repository);
        Assert.Equal((before.Number + 1, 1), (after.Number, after.Present.Signatures));
        Assert.Equal([signature], await repository.SignaturesOfAsync(image.Digest));
        Assert.Equal([signature], await repository.LookasideOfAsync(image.Digest));
        var another = await repository.SignAsync(image);
        Assert.Equal([signature, another], await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task What_first_came_elsewhere_does_not_decide_the_bytes_here()
    {
        var (mine, theirs) = (registry.NewRepository(), registry.NewRepository());
        var config = Named.Random(16, MediaTypes.Config);
        var image = Manifests.Image(config, []);
        foreach (var repository in new[] { theirs, mine })
        {
            await repository.PushBlobAsync(config);
            await repository.PushManifestAsync(image, "v1");
        }

        var signature = Openpgp.Sign(image.Digest);
        var replay = Openpgp.Replay(signature, 1);
        await theirs.PutSignatureAsync(image.Digest, replay).Answers(201);
        await mine.PutSignatureAsync(image.Digest, signature).Answers(201);
        Assert.Equal([replay], await theirs.SignaturesOfAsync(image.Digest));
        Assert.Equal([signature], await mine.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task A_signature_is_shown_with_a_name_of_the_registrys_own()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var signature = await repository.SignAsync(image);
        var entry = Assert.Single(await repository.EntriesOfAsync(image.Digest));
        Assert.Equal(
            (2, "atomic", $"{image.Digest}@{Named.Sha256(signature).Digest["sha256:".Length..][..32]}"),
            (entry["schemaVersion"]!.GetValue<int>(), entry["type"]!.GetValue<string>(), entry["name"]!.GetValue<string>()));
        Assert.Equal(["schemaVersion", "name", "type", "content"], entry.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task Signatures_are_shown_in_the_order_they_came()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var signatures = new List<byte[]>();
        for (var count = 0; count < 5; count++)
            signatures.Add(await repository.SignAsync(image));
        Assert.Equal(signatures, await repository.SignaturesOfAsync(image.Digest));
    }

    [Fact]
    public async Task An_image_carries_127_signatures_and_no_more()
    {
        var repository = registry.NewRepository();
        var image = await repository.PushImageAsync("v1");
        var first = await repository.SignAsync(image);
        for (var count = 1; count < 127; count++)
            await repository.SignAsync(image);

        var refusal = await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(image.Digest)).Answers(409, "SIGNATURE_LIMIT");
        Assert.Contains("127", (await refusal.ErrorAsync())["message"]!.GetValue<string>());
        await repository.PutSignatureAsync(image.Digest, first).Answers(201);
        Assert.Equal(127, (await repository.SignaturesOfAsync(image.Digest)).Length);
        Assert.Equal(127, (await repository.LookasideOfAsync(image.Digest)).Length);
    }

    [Fact]
    public async Task A_signature_of_another_image_is_refused()
    {
        var repository = registry.NewRepository();
        var (image, other) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("v2"));
        var refusal = await repository.PutSignatureAsync(image.Digest, Openpgp.Sign(other.Digest)).Answers(400, "SIGNATURE_INVALID");
        Assert.Contains(other.Digest, (await refusal.ErrorAsync())["message"]!.GetValue<string>());
        Assert.Empty(await repository.SignaturesOfAsync(image.Digest));
        Assert.Empty(await repository.SignaturesOfAsync(other.Digest));
    }

    [Fact]
    public async Task A_signature_is_part_of_the_repository_it_was_put_into_and_of_no_other()
    {
        var (mine, theirs) = (registry.NewRepository(), registry.NewRepository());
        var config = Named.Random(16, MediaTypes.Config);
        var image = Manifests.Image(config, []);
        foreach (var repository in new[] { mine, theirs })
        {
            await repository.PushBlobAsync(config);
            await repository.PushManifestAsync(image, "v1");
        }

        await mine.SignAsync(image);
        Assert.Empty(await theirs.SignaturesOfAsync(image.Digest));
        Assert.Empty(await theirs.LookasideOfAsync(image.Digest));
    }

    [Fact]
    public async Task A_manifest_pushed_by_sha512_is_signed_by_the_sha256_digest_of_its_bytes()
    {
        var repository = registry.NewRepository();
        var bySha256 = Manifests.Image(await repository.PushBlobAsync(), []);
        var image = await repository.PushManifestAsync(bySha256.BySha512());

        var signature = Openpgp.Sign(bySha256.Digest);
        await repository.PutSignatureAsync(bySha256.Digest, signature).Answers(201);
        Assert.Equal([signature], await repository.SignaturesOfAsync(bySha256.Digest));
        Assert.Equal([signature], await repository.SignaturesOfAsync(image.Digest));
        Assert.Equal([signature], await repository.LookasideOfAsync(bySha256.Digest));
        var entry = Assert.Single(await repository.EntriesOfAsync(bySha256.Digest));
        Assert.StartsWith($"{bySha256.Digest}@", entry["name"]!.GetValue<string>());

        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        await registry.Client.GetAsync(repository.SignaturesPath(bySha256.Digest)).Answers(404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    public async Task A_manifest_that_the_repository_does_not_hold_has_no_signatures(string method)
    {
        var (repository, other) = (registry.NewRepository(), registry.NewRepository());
        await repository.PushImageAsync("v1");
        var elsewhere = await other.PushImageAsync("v1");
        foreach (var digest in new[] { Zeros, elsewhere.Digest })
        {
            var body = method == "PUT" ? SignatureCalls.Envelope(digest, Openpgp.Sign(digest)).ToJsonString() : null;
            await registry.Client.SendAsync(
                method, repository.SignaturesPath(digest), body is null ? null : System.Text.Encoding.UTF8.GetBytes(body))
                .Answers(404, "MANIFEST_UNKNOWN");
        }
    }

    [Theory]
    [InlineData("GET", "/v2/", 200)]
    [InlineData("GET", "/v2/team/absent/manifests/v1", 404)]
    [InlineData("GET", "/v2/Team/manifests/v1", 400)]
    [InlineData("GET", "/v2/team/absent/blobs/sha256:0", 404)]
    [InlineData("GET", "/v2/no/such/route", 404)]
    [InlineData("PUT", "/v2/team/absent/manifests/v1", 400)]
    [InlineData("DELETE", "/v2/team/absent/manifests/v1", 404)]
    [InlineData("GET", "/extensions/v2/team/absent/signatures/", 404)]
    [InlineData("GET", $"/extensions/v2/team/absent/signatures/{Zeros}", 404)]
    [InlineData("GET", "/extensions/v2/team/absent/signatures/latest", 404)]
    [InlineData("PUT", "/extensions/v2/team/absent/signatures/latest", 400)]
    [InlineData("GET", "/extensions/v2/Team/signatures/latest", 400)]
    [InlineData("PUT", $"/extensions/v2/team/absent/signatures/{Zeros}", 400)]
    [InlineData("DELETE", $"/extensions/v2/team/absent/signatures/{Zeros}", 405)]
    [InlineData("GET", "/extensions/v2/no/such/route", 404)]
    public async Task Every_answer_tells_that_signatures_are_stored_here(string method, string path, int status)
    {
        using var answer = await registry.Client.SendAsync(method, path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("1", answer.Header("X-Registry-Supports-Signatures"));
    }
}

[Collection(nameof(OnSqlite))]
public sealed class PutSignatureTestsOnSqlite(OnSqlite registry) : PutSignatureTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class PutSignatureTestsOnPostgres(OnPostgres registry) : PutSignatureTests(registry);
