using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Source: OCI distribution-spec 1.1, "Listing Referrers", "Pushing Manifests with Subject".</summary>
public abstract class ReferrersTests(RunningRegistry registry)
{
    private const string Sbom = "application/vnd.example.sbom+json";
    private const string Scan = "application/vnd.example.scan";

    [Fact]
    public async Task A_push_with_a_subject_names_it()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        foreach (var referrer in new[] { Manifests.Artifact(Sbom, image), Manifests.Index([], image, Scan) })
        {
            var response = await repository.PutManifestAsync(referrer, referrer.Digest).Answers(201);
            Assert.Equal(image.Digest, response.Header("OCI-Subject"));
        }

        Assert.Null((await repository.PutManifestAsync(image, "plain").Answers(201)).Header("OCI-Subject"));
    }

    [Fact]
    public async Task Referrers_are_listed_as_they_describe_themselves_oldest_first()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        var config = await repository.PushBlobAsync(Named.Random(9, "application/vnd.example.config"));
        var sbom = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image, ("org.example.key", "Wert é")));
        var byConfig = await repository.PushManifestAsync(Manifests.Image(config, [], image));
        var index = await repository.PushManifestAsync(Manifests.Index([], image), "also-tagged");

        var response = await repository.GetAsync($"referrers/{image.Digest}").Answers(200);
        Assert.Equal(MediaTypes.Index, response.Header("Content-Type"));
        Assert.Null(response.Header("OCI-Filters-Applied"));
        var body = await response.JsonAsync();
        Assert.Equal(2, body["schemaVersion"]!.GetValue<int>());
        Assert.Equal(MediaTypes.Index, body["mediaType"]!.GetValue<string>());

        var entries = body["manifests"]!.AsArray();
        Assert.Equal([sbom.Digest, byConfig.Digest, index.Digest], entries.Select(Digest));
        Assert.Equal([Sbom, config.MediaType, null], entries.Select(entry => entry!["artifactType"]?.GetValue<string>()));
        Assert.Equal(sbom.Bytes.Length, entries[0]!["size"]!.GetValue<int>());
        Assert.Equal(MediaTypes.Manifest, entries[0]!["mediaType"]!.GetValue<string>());
        Assert.Equal("Wert é", entries[0]!["annotations"]!["org.example.key"]!.GetValue<string>());
        Assert.Equal(MediaTypes.Index, entries[2]!["mediaType"]!.GetValue<string>());
        Assert.False(entries[2]!.AsObject().ContainsKey("artifactType"));
    }

    [Fact]
    public async Task A_filter_by_artifact_type_is_applied_and_said_so()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        var sbom = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image));
        await repository.PushManifestAsync(Manifests.Artifact(Scan, image));

        var escaped = Uri.EscapeDataString(Sbom);
        var response = await repository.GetAsync($"referrers/{image.Digest}?artifactType={escaped}").Answers(200);
        Assert.Equal("artifactType", response.Header("OCI-Filters-Applied"));
        Assert.Equal([sbom.Digest], (await response.JsonAsync())["manifests"]!.AsArray().Select(Digest));

        var none = await repository.GetAsync($"referrers/{image.Digest}?artifactType=text%2Fplain").Answers(200);
        Assert.Equal("artifactType", none.Header("OCI-Filters-Applied"));
        Assert.Empty((await none.JsonAsync())["manifests"]!.AsArray());
    }

    [Fact]
    public async Task A_referrer_may_come_before_its_subject()
    {
        var repository = await FilledAsync();
        var config = await repository.PushBlobAsync();
        var image = Manifests.Image(config, []);
        var referrer = Manifests.Artifact(Sbom, image);
        var response = await repository.PutManifestAsync(referrer, referrer.Digest).Answers(201);
        Assert.Equal(image.Digest, response.Header("OCI-Subject"));
        Assert.Equal([referrer.Digest], await ListAsync(repository, image));
        await repository.PushManifestAsync(image);
        Assert.Equal([referrer.Digest], await ListAsync(repository, image));
    }

    [Fact]
    public async Task Nothing_refers_to_what_nothing_refers_to()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        Assert.Empty(await ListAsync(repository, image));
        Assert.Empty(await ListAsync(repository, Named.Random(3)));
        Assert.Empty(await ListAsync(repository, Named.Random(3).BySha512()));
        Assert.Empty(await ListAsync(registry.NewRepository(), image));
        await repository.GetAsync("referrers/latest").Answers(400);
        await repository.GetAsync("referrers/sha256:abc").Answers(400, "DIGEST_INVALID");
    }

    [Fact]
    public async Task A_subject_may_be_named_by_sha512()
    {
        var repository = await FilledAsync();
        var image = await repository.PushManifestAsync(Manifests.Image(await repository.PushBlobAsync(), []).BySha512());
        var referrer = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image).BySha512());
        Assert.Equal([referrer.Digest], await ListAsync(repository, image));
    }

    [Fact]
    public async Task Referrers_of_other_repositories_are_not_seen()
    {
        var repository = await FilledAsync();
        var blob = Named.Random(5);
        var image = Manifests.Image(blob, []);
        var other = await FilledAsync();
        foreach (var one in new[] { repository, other })
        {
            await one.PushBlobAsync(blob);
            await one.PushManifestAsync(image);
        }

        var referrer = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image));
        Assert.Equal([referrer.Digest], await ListAsync(repository, image));
        Assert.Empty(await ListAsync(other, image));
    }

    [Fact]
    public async Task A_deleted_referrer_is_gone_from_the_list_at_once()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        var first = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image));
        var second = await repository.PushManifestAsync(Manifests.Artifact(Scan, image));
        await repository.SendAsync("DELETE", $"manifests/{first.Digest}").Answers(202);
        Assert.Equal([second.Digest], await ListAsync(repository, image));
        await repository.GetAsync($"manifests/{image.Digest}").Answers(200);
    }

    [Fact]
    public async Task Referrers_leave_with_their_subject()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync("v1");
        var sbom = await repository.PushManifestAsync(Manifests.Artifact(Sbom, image));
        var ofSbom = await repository.PushManifestAsync(Manifests.Artifact(Scan, sbom));
        await repository.SendAsync("DELETE", $"manifests/{image.Digest}").Answers(202);
        Assert.Empty(await ListAsync(repository, image));
        await repository.GetAsync($"manifests/{sbom.Digest}").Answers(404);
        await repository.GetAsync($"manifests/{ofSbom.Digest}").Answers(404);
    }

    [Fact]
    public async Task More_referrers_than_one_page_holds_are_found_by_following_the_links()
    {
        var repository = await FilledAsync();
        var image = await repository.PushImageAsync();
        // Annotations make the pages full before there are a thousand.
        var long1 = new string('x', 1_200_000);
        var pushed = new List<string>();
        for (var i = 0; i < 5; i++)
            pushed.Add((await repository.PushManifestAsync(Manifests.Artifact(Sbom, image, ($"n{i}", long1)))).Digest);

        var found = new List<string>();
        for (var path = $"{repository.Path}/referrers/{image.Digest}?artifactType={Uri.EscapeDataString(Sbom)}"; path is not null;)
        {
            var response = await registry.Client.GetAsync(path).Answers(200);
            found.AddRange((await response.JsonAsync())["manifests"]!.AsArray().Select(Digest));
            path = Paging.Next(response);
        }

        Assert.Equal(pushed, found);
    }

    // With the empty blob that artifacts name.
    private async Task<TestRepository> FilledAsync()
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync(Named.Empty);
        return repository;
    }

    private static async Task<IEnumerable<string>> ListAsync(TestRepository repository, Named subject)
    {
        var response = await repository.GetAsync($"referrers/{subject.Digest}").Answers(200);
        return (await response.JsonAsync())["manifests"]!.AsArray().Select(Digest);
    }

    private static string Digest(JsonNode? entry) => entry!["digest"]!.GetValue<string>();
}

[Collection(nameof(OnSqlite))]
public sealed class ReferrersTestsOnSqlite(OnSqlite registry) : ReferrersTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class ReferrersTestsOnPostgres(OnPostgres registry) : ReferrersTests(registry);
