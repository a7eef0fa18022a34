using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Who signed, since when, in which versions, and what took it away.</summary>
public abstract class SignatureHistoryTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    private const string InVersion = Repositories + "versions_signatures";
    private const string OfManifest = "content_container_manifests_signature_history";

    [Fact]
    public async Task A_signature_is_told_of_in_every_version_that_holds_it()
    {
        var (name, key) = (NewName(), new Key());
        var image = await SignedAsync(name, key);
        var added = await LatestAsync(name);
        await SignedAsync(name);
        var repository = await RepositoryAsync(name);
        Assert.Empty(await ListAsync(repository, added - 1));
        foreach (var number in new[] { added, added + 1 })
        {
            var told = Assert.Single(await ListAsync(repository, number));
            var signature = Assert.Single(await Pulp.ListAsync(
                "content_container_signatures_list", null, ("repository_version", repository)));
            Assert.Equal((string)signature["pulp_href"]!, (string)told["signature"]!);
            foreach (var field in new[] { "name", "digest", "key_id", "fingerprint" })
                Assert.Equal((string)signature[field]!, (string)told[field]!);
            Assert.Equal(image, (string)told["manifest_digest"]!);
            Assert.Equal((string)signature["signed_manifest"]!, (string)told["manifest"]!);
            Assert.Equal("a test", (string)told["creator"]!);
            Assert.Equal("registry.example.com/team/app:1.0", (string)told["docker_reference"]!);
            Assert.Equal(
                (long)signature["timestamp"]!,
                DateTimeOffset.Parse((string)told["signed_at"]!, CultureInfo.InvariantCulture).ToUnixTimeSeconds());
            Assert.Equal(("unknown", "unknown", false), States(told));
            Assert.Equal((added, (string?)null), ((int)told["version_added"]!, (string?)told["added_by"]));
            var version = await Pulp.CallAsync(Repositories + "versions_read", $"{repository}versions/{added}/");
            Assert.Equal((string)version["pulp_created"]!, (string)told["added_at"]!);
            foreach (var field in new[] { "version_removed", "removed_at", "removed_by", "signing_key" })
                Assert.Null(told[field]);
        }
    }

    [Fact]
    public async Task What_removed_a_signature_is_named_and_what_brought_it_back()
    {
        var name = NewName();
        var image = await SignedAsync(name, new Key());
        var (repository, first) = (await RepositoryAsync(name), await LatestAsync(name));
        var manifest = await ManifestAsync(repository, image);

        var task = await Pulp.StartAsync(
            Repositories + "remove_signatures", repository,
            new() { ["content_units"] = new JsonArray((string)(await ListAsync(repository, first))[0]["signature"]!) });
        await Pulp.FollowAsync(task);
        var told = Assert.Single(await ListAsync(repository, first));
        Assert.Equal(first + 1, (int)told["version_removed"]!);
        Assert.Equal((task, (int?)null), RemovedBy(told));

        var back = await Pulp.StartAsync(Repositories + "rollback", repository, new() { ["number"] = first });
        await Pulp.FollowAsync(back);
        using (var deleted = await Http.DeleteAsync($"/v2/{name}/manifests/{image}"))
            Assert.Equal(202, (int)deleted.StatusCode);
        Assert.Empty(await ListAsync(repository, first + 1));
        told = Assert.Single(await ListAsync(repository, first + 2));
        Assert.Equal((first + 2, back, first + 3), (
            (int)told["version_added"]!, (string)told["added_by"]!, (int)told["version_removed"]!));
        Assert.NotNull(told["removed_at"]);
        Assert.Equal((null, null), RemovedBy(told)); // by a registry client, and no task

        var history = Assert.Single(await Pulp.ListAsync(OfManifest, manifest));
        Assert.Equal(2, (int)history["spans_count"]!);
        Assert.Equal(
            [(repository, first, null, first + 1, task), (repository, first + 2, back, first + 3, null)],
            history["spans"]!.AsArray().Select(span => (
                (string)span!["repository"]!, (int)span["version_added"]!, (string?)span["added_by"],
                (int)span["version_removed"]!, RemovedBy(span).Task)));
    }

    [Fact]
    public async Task A_revocation_is_named_with_its_task_also_when_its_version_is_deleted()
    {
        var (name, other, leaked) = (NewName(), NewName(), new Key());
        var image = await SignedAsync(name, leaked, new Key());
        await CopyAsync(name, other);
        var repositories = new[] { await RepositoryAsync(name), await RepositoryAsync(other) };
        var (before, there) = (await LatestAsync(name), await LatestAsync(other));
        var task = await RevokeAsync(leaked.Fingerprint);
        var revocation = await FollowAsync(task);
        var expected = (task, (int?)revocation["number"]!);

        var manifest = await ManifestAsync(repositories[0], image);
        foreach (var (repository, number) in repositories.Zip([before, there]))
        {
            var told = await ListAsync(repository, number);
            Assert.Equal(2, told.Count);
            var gone = told.Single(one => (string)one["key_id"]! == leaked.Id);
            Assert.Equal(("unknown", "revoked", false), States(gone));
            Assert.Equal(number + 1, (int)gone["version_removed"]!);
            Assert.Equal(expected, RemovedBy(gone));
            Assert.Equal((string)revocation["pulp_href"]!, (string)gone["removed_by"]!["revocation_href"]!);
            Assert.Null(told.Single(one => one != gone)["removed_by"]);
            Assert.DoesNotContain(
                leaked.Id, (await ListAsync(repository, number + 1)).Select(one => (string)one["key_id"]!));
        }

        var history = await Pulp.ListAsync(OfManifest, manifest);
        Assert.Equal(2, history.Count);
        var spans = history.Single(one => (string)one["key_id"]! == leaked.Id)["spans"]!.AsArray();
        Assert.Equal(repositories.Order(), spans.Select(span => (string)span!["repository"]!).Order());
        Assert.All(spans, span => Assert.Equal(expected, RemovedBy(span!)));

        await SignedAsync(name);
        await Pulp.CallAsync(Repositories + "versions_delete", $"{repositories[0]}versions/{before + 1}/");
        var left = (await ListAsync(repositories[0], before)).Single(one => (string)one["key_id"]! == leaked.Id);
        Assert.Equal((before + 2, expected), ((int)left["version_removed"]!, RemovedBy(left)));
    }

    [Fact]
    public async Task Signatures_that_were_taken_out_whoever_made_them_name_what_took_them()
    {
        var name = NewName();
        var image = await SignedAsync(name, new Key());
        var (repository, number) = (await RepositoryAsync(name), await LatestAsync(name));
        var task = await RevokeAsync("", "by mistake", body =>
        {
            body.Remove("key");
            body["image"] = image;
        });
        var revocation = await FollowAsync(task);
        var told = Assert.Single(await ListAsync(repository, number));
        Assert.Equal((task, (int?)revocation["number"]!), RemovedBy(told));
        Assert.Equal(("unknown", "unknown", false), States(told)); // nothing is said of its key
    }

    [Fact]
    public async Task What_there_was_to_say_of_a_key_is_told_apart_from_what_there_is()
    {
        var (name, key, late) = (NewName(), new Key(), new Key());
        var image = await SignedAsync(name, key, late);
        var (repository, number) = (await RepositoryAsync(name), await LatestAsync(name));
        var revocation = await RevokedAsync(key.Fingerprint);
        await RevokedAsync(late.Fingerprint, "only what comes", body => body["effective_from"] = "2100-01-01T00:00:00Z");
        await AssertAsync(key, "unknown", "revoked");
        await AssertAsync(late, "unknown", "unknown"); // it does not cover what came before

        // As if that version had been made while the revocation was in force.
        await MakeAsync(repository, number, DateTimeOffset.UtcNow);
        await AssertAsync(key, "revoked", "revoked");
        await AssertAsync(late, "unknown", "unknown");
        await Pulp.CallAsync("key_revocations_withdraw", (string)revocation["pulp_href"]!, new() { ["reason"] = "a mistake" });
        await AssertAsync(key, "revoked", "unknown");
        await MakeAsync(repository, number, DateTimeOffset.UtcNow);
        await AssertAsync(key, "unknown", "unknown");

        async Task AssertAsync(Key of, string then, string now)
        {
            var told = (await ListAsync(repository, number)).Single(one => (string)one["key_id"]! == of.Id);
            Assert.Equal((then, now, false), States(told));
            var history = await Pulp.ListAsync(OfManifest, await ManifestAsync(repository, image));
            Assert.Equal(
                ("unknown", now, false), States(history.Single(one => (string)one["key_id"]! == of.Id)));
        }
    }

    [Fact]
    public async Task A_known_key_that_has_expired_was_active_before()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-generate-key", "Release <release@example.org>", "ed25519", "sign", "1d");
        var fingerprint = gpg.Run("--with-colons", "--list-keys").Split('\n')
            .First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        var known = await Pulp.CallAsync("signing_keys_create", body: new() { ["public_key"] = gpg.Run("--armor", "--export") });
        var name = NewName();
        var image = await SignedAsync(name);
        await Push.SignatureAsync(Http, name, image, gpg.Run(
            System.Text.Encoding.UTF8.GetBytes($$$"""
                {"critical":{"identity":{"docker-reference":"example.org/app"},"image":{"docker-manifest-digest":"{{{image}}}"},"type":"atomic container signature"},"optional":{}}
                """),
            "--sign"));
        var other = await SignedAsync(name);
        await Push.SignatureAsync(
            Http, name, other, Openpgp.Sign(other, key: Convert.FromHexString(fingerprint), byIdAlone: true));
        var (repository, number) = (await RepositoryAsync(name), await LatestAsync(name));
        await AssertAsync("active", "active");

        await ExecuteAsync(
            "update signing_key set expires_at = @at where fingerprint = @fingerprint",
            ("at", DateTimeOffset.UtcNow), ("fingerprint", fingerprint));
        await AssertAsync("active", "expired");
        await MakeAsync(repository, number, DateTimeOffset.UtcNow);
        await AssertAsync("expired", "expired");

        async Task AssertAsync(string then, string now)
        {
            var told = await ListAsync(repository, number);
            Assert.Equal((then, now, true), States(told.Single(one => (string)one["manifest_digest"]! == image)));
            Assert.Equal((then, now, false), States(told.Single(one => (string)one["manifest_digest"]! == other)));
            Assert.All(told, one => Assert.Equal((string)known["pulp_href"]!, (string)one["signing_key"]!));
        }
    }

    // Signatures that stayed for short and for long: what is found is what the list of content finds.
    [Fact]
    public async Task Every_version_of_a_history_is_told_page_by_page()
    {
        const int Signatures = 70;
        var name = NewName();
        var image = await SignedAsync(name, [.. Enumerable.Range(0, Signatures).Select(_ => new Key())]);
        var (repository, last) = (await RepositoryAsync(name), await LatestAsync(name));
        var id = Guid.Parse(repository.Split('/')[^2]);
        var random = new Random(7);
        foreach (var added in Enumerable.Range(last - Signatures + 1, Signatures))
            if (random.Next(5) > 0 && added < last)
                await ExecuteAsync(
                    """
                    update repository_content set version_removed = @removed
                    where repository_id = @repository and kind = 4 and version_added = @added
                    """,
                    ("removed", Math.Min(last, added + 1 + random.Next(1 << random.Next(7)))), ("repository", id), ("added", added));
        await ExecuteAsync(
            """
            update repository_version set present_signatures = (
              select count(*) from repository_content h where h.repository_id = repository_version.repository_id and h.kind = 4
              and h.version_added <= number and (h.version_removed is null or h.version_removed > number))
            where repository_id = @repository
            """,
            ("repository", id));

        for (var number = 0; number <= last; number++)
        {
            var version = $"{repository}versions/{number}/";
            var held = await Nodes[0].ListedAsync("signatures", version);
            var told = new List<JsonObject>();
            int count;
            do
            {
                var page = await Pulp.CallAsync(InVersion, version, null, ("limit", "9"), ("offset", $"{told.Count}"));
                count = (int)page["count"]!;
                told.AddRange(page["results"]!.AsArray().Select(one => one!.AsObject()));
                Assert.Equal(told.Count < count, page["next"] is not null);
            }
            while (told.Count < count);
            Assert.Equal(held.Order(), told.Select(one => (string)one["digest"]!).Order());
            Assert.Equal(
                told.Select(one => (int)one["version_added"]!).OrderDescending(), told.Select(one => (int)one["version_added"]!));
        }

        var first = await Pulp.CallAsync(OfManifest, await ManifestAsync(repository, image), null, ("limit", "60"));
        Assert.Equal((Signatures, 60), ((int)first["count"]!, first["results"]!.AsArray().Count));
        Assert.Contains("offset=60", (string)first["next"]!, StringComparison.Ordinal);
        Assert.Equal(Signatures, (await Pulp.ListAsync(OfManifest, await ManifestAsync(repository, image))).Count);
    }

    [Fact]
    public async Task A_signature_that_no_repository_holds_is_told_of_as_long_as_it_is_here()
    {
        var (name, other) = (NewName(), NewName());
        var image = await SignedAsync(name, new Key());
        var manifest = await ManifestAsync(await RepositoryAsync(name), image);
        await Pulp.CallAsync(Repositories + "delete", await RepositoryAsync(name));
        var told = Assert.Single(await Pulp.ListAsync(OfManifest, manifest));
        Assert.Equal((0, 0), ((int)told["spans_count"]!, told["spans"]!.AsArray().Count));

        var unsigned = await SignedAsync(other);
        Assert.Empty(await Pulp.ListAsync(OfManifest, await ManifestAsync(await RepositoryAsync(other), unsigned)));
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_no_parameter_is_refused()
    {
        var name = NewName();
        var image = await SignedAsync(name, new Key());
        var repository = await RepositoryAsync(name);
        var manifest = await ManifestAsync(repository, image);
        var version = $"{repository}versions/{await LatestAsync(name)}/";
        foreach (var (path, status) in new[]
        {
            ($"{version}signatures/", 200), ($"{manifest}signature-history/", 200),
            ($"{repository}versions/999/signatures/", 404),
            ($"{repository}versions/99999999999/signatures/", 404),
            ($"/pulp/api/v3/repositories/container/container/{Guid.NewGuid()}/versions/0/signatures/", 404),
            ($"/pulp/api/v3/content/container/manifests/{Guid.NewGuid()}/signature-history/", 404),
            ($"{version}signatures/?no_such=1", 400), ($"{manifest}signature-history/?no_such=1", 400),
            ($"{version}signatures/?ordering=no_such", 400), ($"{version}signatures/?q=no", 400),
            ($"{version}signatures/?limit=1&offset=5000000000", 200), ($"{version}signatures/?limit=5000000000", 200),
            ($"{version}signatures/?fields=key_id", 200),
        })
            Assert.Equal((path, status), (path, await Nodes[1].StatusAsync(path)));
    }

    private Task<IReadOnlyList<JsonObject>> ListAsync(string repository, int version) =>
        Pulp.ListAsync(InVersion, $"{repository}versions/{version}/");

    private async Task<string> ManifestAsync(string repository, string digest) => (string)Assert.Single(
        await Pulp.ListAsync("content_container_manifests_list", null, ("repository_version", repository), ("digest", digest)))
        ["pulp_href"]!;

    private async Task CopyAsync(string from, string to)
    {
        await SignedAsync(to);
        await Pulp.CallAsync(Repositories + "copy_tags", await RepositoryAsync(to), new()
        {
            ["source_repository"] = await RepositoryAsync(from),
            ["with_signatures"] = true,
        });
    }

    private Task<int> MakeAsync(string repository, int version, DateTimeOffset at) => ExecuteAsync(
        "update repository_version set created_at = @at where repository_id = @repository and number = @number",
        ("at", at), ("repository", Guid.Parse(repository.Split('/')[^2])), ("number", version));

    private Task<int> ExecuteAsync(string sql, params (string, object?)[] parameters) =>
        Registry.Catalogue.TransactAsync(session => session.ExecuteAsync(new(sql, parameters)));

    private static (string? Task, int? Revocation) RemovedBy(JsonNode told) =>
        ((string?)told["removed_by"]!["task"], (int?)told["removed_by"]!["revocation"]);

    private static (string Then, string Now, bool IsProven) States(JsonObject told) =>
        ((string)told["state_then"]!, (string)told["state_now"]!, (bool)told["proven"]!);
}

public sealed class SignatureHistoryTestsOnSqlite(RevokingOnSqlite registry)
    : SignatureHistoryTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class SignatureHistoryTestsOnPostgres(RevokingOnPostgres registry)
    : SignatureHistoryTests(registry), IClassFixture<RevokingOnPostgres>;
