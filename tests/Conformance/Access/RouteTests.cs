using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>Who gets through to which route. 401: log in; 403: not you; anything else: the endpoint answered.</summary>
public abstract class RouteTests(GuardedRegistry registry)
{
    private const string Absent = "01900000-0000-7000-8000-000000000000";
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly string[] Callers = ["", "stranger", "reader", "writer", "admin"];

    // One letter for each caller: '-' is told to log in, 'x' is refused, 'y' gets through.
    [Theory]
    [InlineData("GET", "/v2/", "-yyyy")]
    [InlineData("HEAD", "/v2/", "-yyyy")]
    [InlineData("GET", "/v2/_catalog", "-yyyy")]
    [InlineData("GET", "/v2/open/app/tags/list", "yyyyy")]
    [InlineData("GET", "/v2/open/app/manifests/v1", "yyyyy")]
    [InlineData("HEAD", "/v2/open/app/manifests/v1", "yyyyy")]
    [InlineData("GET", $"/v2/open/app/blobs/{Digest}", "yyyyy")]
    [InlineData("GET", $"/v2/open/app/referrers/{Digest}", "yyyyy")]
    [InlineData("GET", $"/extensions/v2/open/app/signatures/{Digest}", "yyyyy")]
    [InlineData("GET", "/extensions/v2/open/app/signatures/", "yyyyy")]
    [InlineData("GET", "/v2/closed/app/tags/list", "-xyyy")]
    [InlineData("GET", "/v2/closed/app/manifests/v1", "-xyyy")]
    [InlineData("HEAD", "/v2/closed/app/manifests/v1", "-xyyy")]
    [InlineData("GET", $"/v2/closed/app/blobs/{Digest}", "-xyyy")]
    [InlineData("HEAD", $"/v2/closed/app/blobs/{Digest}", "-xyyy")]
    [InlineData("GET", $"/v2/closed/app/referrers/{Digest}", "-xyyy")]
    [InlineData("GET", $"/extensions/v2/closed/app/signatures/{Digest}", "-xyyy")]
    [InlineData("HEAD", $"/extensions/v2/closed/app/signatures/{Digest}", "-xyyy")]
    [InlineData("GET", "/extensions/v2/closed/app/signatures/", "-xyyy")]
    [InlineData("GET", "/v2/absent/app/tags/list", "-xyyy")]
    [InlineData("GET", "/v2/absent/app/manifests/v1", "-xyyy")]
    [InlineData("PUT", "/v2/open/app/manifests/v2", "-xxyy")]
    [InlineData("DELETE", "/v2/open/app/manifests/v2", "-xxyy")]
    [InlineData("DELETE", $"/v2/open/app/manifests/{Digest}", "-xxyy")]
    [InlineData("DELETE", $"/v2/open/app/blobs/{Digest}", "-xxyy")]
    [InlineData("POST", "/v2/open/app/blobs/uploads/", "-xxyy")]
    [InlineData("GET", $"/v2/open/app/blobs/uploads/{Absent}", "-xxyy")]
    [InlineData("PATCH", $"/v2/open/app/blobs/uploads/{Absent}", "-xxyy")]
    [InlineData("PUT", $"/v2/open/app/blobs/uploads/{Absent}", "-xxyy")]
    [InlineData("DELETE", $"/v2/open/app/blobs/uploads/{Absent}", "-xxyy")]
    [InlineData("PUT", $"/extensions/v2/open/app/signatures/{Digest}", "-xxyy")]
    [InlineData("POST", "/v2/fresh/app/blobs/uploads/", "-xxyy")]
    [InlineData("POST", "/v2/stranger/app/blobs/uploads/", "-yxyy")]
    [InlineData("GET", "/operations/collection", "-xxxy")]
    [InlineData("POST", "/operations/collection?gracePeriod=1.00:00:00", "-xxxy")]
    [InlineData("DELETE", "/operations/collection", "-xxxy")]
    [InlineData("GET", $"/pulp/api/v3/exporters/core/pulp/{Absent}/exports/{Absent}/download/", "-xxxy")]
    [InlineData("GET", $"/pulp/api/v3/trust-policies/{Absent}/client/", "-xyyy")]
    [InlineData("GET", $"/pulp/api/v3/trust/audits/{Absent}/result/", "-xyyy")]
    [InlineData("GET", "/docs", "yyyyy")]
    [InlineData("GET", "/pulp/api/v3/docs/api.json", "yyyyy")]
    [InlineData("GET", "/token/?service=x", "yyyyy")]
    [InlineData("GET", $"/pulp/api/v3/signing-services/{Absent}/public_key/", "yyyyy")]
    [InlineData("PUT", "/v2/_catalog", "yyyyy")] // there is no such method, whoever asks
    [InlineData("FOO", "/pulp/api/v3/users/", "yyyyy")]
    public async Task A_route_lets_through_whom_it_is_for(string method, string path, string expected)
    {
        await EnsureContentAsync();
        Assert.Equal(expected, await SeenAsync(method, path));
    }

    [Theory]
    [InlineData("open", 404)]
    [InlineData("closed", 404)]
    public async Task Lookaside_never_asks_for_a_login(string name, int status)
    {
        await EnsureContentAsync();
        using var answer = await registry.Client.GetAsync(
            $"/lookaside/{name}/app@{Digest.Replace(':', '=')}/signature-1");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    // Every operation of the document, so that none is forgotten.
    [Fact]
    public async Task The_management_REST_is_read_by_readers_written_by_writers_and_kept_up_by_administrators()
    {
        string[] open = ["status_read"];
        string[] own = ["users_read", "users_update", "users_partial_update"];
        string[] administrators =
        [
            "users_list", "users_create", "users_delete", "users_roles_list", "users_roles_create", "users_roles_read",
            "users_roles_delete", "orphans_cleanup_cleanup", "signing_services_create", "signing_services_delete",
            "signing_services_update", "signing_services_partial_update",
            "artifacts_create", "uploads_create", "uploads_update", "uploads_commit", "uploads_delete",
            "task_groups_cancel", "events", "repositories_reclaim_space_reclaim", "pulls",
            "signing_keys_create", "signing_keys_partial_update", "key_revocations_list", "key_revocations_read",
            "key_revocations_create", "key_revocations_repositories", "key_revocations_unsigned_images", "key_revocations_withdraw", "key_revocations_resign", "key_revocations_resume",
            "content_container_manifests_withdraw", "exporters_core_pulp_list", "exporters_core_pulp_create",
            "exporters_core_pulp_read", "exporters_core_pulp_update", "exporters_core_pulp_partial_update",
            "exporters_core_pulp_delete", "exporters_core_pulp_exports_list", "exporters_core_pulp_exports_create",
            "exporters_core_pulp_exports_read", "exporters_core_pulp_exports_delete", "importers_core_pulp_list",
            "importers_core_pulp_create", "importers_core_pulp_read", "importers_core_pulp_update",
            "importers_core_pulp_partial_update", "importers_core_pulp_delete", "importers_core_pulp_imports_list",
            "importers_core_pulp_imports_create", "importers_core_pulp_imports_read", "importers_core_pulp_imports_delete",
            "pulp_import_check_post",
            "trust_policies_create", "trust_policies_update", "trust_policies_partial_update", "trust_policies_delete",
            "trust_audits_affected",
        ];
        using var answer = await registry.Client.GetAsync("/pulp/api/v3/docs/api.json");
        var document = await answer.JsonAsync();
        var wrong = new List<string>();
        var count = 0;
        foreach (var (path, methods) in document["paths"]!.AsObject())
            foreach (var (method, operation) in methods!.AsObject())
            {
                var id = operation!["operationId"]!.GetValue<string>();
                var expected = open.Contains(id) ? "yyyyy"
                    : own.Contains(id) ? "-xxxy"
                    : administrators.Contains(id) ? "-xxxy"
                    : method == "get" ? "-xyyy"
                    : "-xxyy";
                var seen = await SeenAsync(
                    id == "events" ? "HEAD" : method.ToUpperInvariant(), // whose answer to GET has no end
                    Resolve(path, document));
                count++;
                if (seen != expected)
                    wrong.Add($"{id}: {seen}, not {expected}");
            }

        Assert.True(count > 60, $"{count} operations");
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("POST", "/v2/writer/page/blobs/uploads/", "https://evil.example.com", 403)]
    [InlineData("POST", "/v2/writer/page/blobs/uploads/", "null", 403)]
    [InlineData("POST", "/v2/writer/page/blobs/uploads/", "HERE", 202)]
    [InlineData("GET", "/v2/", "https://evil.example.com", 200)]
    public async Task A_page_of_another_site_changes_nothing(string method, string path, string origin, int status)
    {
        using var answer = await registry.Client.SendAsync(
            method, path, null,
            [.. GuardedRegistry.As("writer"), $"Origin: {origin.Replace("HERE", $"http://{registry.Client.Authority}")}"]);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_even_where_none_is_needed()
    {
        await EnsureContentAsync();
        var wrong = GuardedRegistry.As("admin", "wrong");
        await registry.Client.GetAsync("/v2/open/app/tags/list", wrong).Answers(401, "UNAUTHORIZED");
        await registry.Client.GetAsync("/v2/", wrong).Answers(401, "UNAUTHORIZED");
        using var rest = await registry.Client.GetAsync("/pulp/api/v3/tasks/", wrong);
        Assert.Equal(401, (int)rest.StatusCode);
        Assert.Equal("Basic realm=\"api\"", rest.Header("WWW-Authenticate"));
        Assert.Equal("Invalid username/password.", (await rest.JsonAsync())["detail"]!.GetValue<string>());
    }

    // Pulp's client sends them in Latin-1.
    [Theory]
    [InlineData("utf-8")]
    [InlineData("iso-8859-1")]
    public async Task A_password_is_understood_in_the_encodings_that_clients_use(string encoding)
    {
        const string Password = "grün-käse-9";
        var user = $"u{Guid.NewGuid():N}";
        await registry.AddUserAsync(user, "reader", Password);
        var credentials = Convert.ToBase64String(Encoding.GetEncoding(encoding).GetBytes($"{user}:{Password}"));
        using var answer = await registry.Client.GetAsync("/pulp/api/v3/tasks/", $"Authorization: Basic {credentials}");
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("stranger", "")]
    [InlineData("reader", "closed/app")]
    [InlineData("admin", "closed/app")]
    public async Task The_catalog_lists_what_the_caller_may_pull(string user, string besides)
    {
        await EnsureContentAsync();
        var token = await registry.TokenAsync(user, "registry:catalog:*");
        foreach (var header in user.Length == 0
            ? [GuardedRegistry.Bearer(token)]
            : new[] { GuardedRegistry.Bearer(token), GuardedRegistry.As(user).Single() })
        {
            using var answer = await registry.Client.GetAsync("/v2/_catalog?n=1000", header).Answers(200);
            var names = (await answer.JsonAsync())["repositories"]!.AsArray().Select(name => name!.GetValue<string>());
            Assert.Contains("open/app", names);
            Assert.Equal(besides.Length > 0, names.Contains("closed/app"));
        }
    }

    private async Task EnsureContentAsync()
    {
        using var there = await registry.Client.GetAsync("/v2/closed/app/manifests/v1", GuardedRegistry.As("admin"));
        if (there.IsSuccessStatusCode)
            return;
        await registry.PushAsync("open/app");
        await registry.PushAsync("closed/app", isPrivate: true);
    }

    private async Task<string> SeenAsync(string method, string path)
    {
        var seen = "";
        foreach (var caller in Callers)
        {
            using var answer = await registry.Client.SendAsync(
                method, path, null, [.. GuardedRegistry.As(caller), "Content-Type: application/json"]);
            seen += (int)answer.StatusCode switch
            {
                401 => '-',
                403 => 'x',
                < 500 => 'y',
                _ => '!',
            };
        }

        return seen;
    }

    // A path of the document with something in it that does not exist.
    private static string Resolve(string path, JsonNode document)
    {
        if (!path.StartsWith('{'))
            return path;
        var end = path.IndexOf('}');
        var collection = path[1..end] switch
        {
            "container_container_repository_href" => "repositories/container/container/",
            "container_container_push_repository_href" => "repositories/container/container-push/",
            "container_container_repository_version_href" =>
                $"repositories/container/container/{Absent}/versions/1/",
            "container_container_remote_href" => "remotes/container/container/",
            "container_container_distribution_href" => "distributions/container/container/",
            "container_container_pull_through_remote_href" => "remotes/container/pull-through/",
            "container_container_pull_through_distribution_href" => "distributions/container/pull-through/",
            "container_container_namespace_href" => "pulp_container/namespaces/",
            "container_blob_href" => "content/container/blobs/",
            "container_manifest_href" => "content/container/manifests/",
            "container_tag_href" => "content/container/tags/",
            "container_manifest_signature_href" => "content/container/signatures/",
            "task_href" => "tasks/",
            "task_group_href" => "task-groups/",
            "worker_href" => "workers/",
            "artifact_href" => "artifacts/",
            "upload_href" => "uploads/",
            "signing_service_href" => "signing-services/",
            "pulp_exporter_href" => "exporters/core/pulp/",
            "pulp_pulp_export_href" => $"exporters/core/pulp/{Absent}/exports/",
            "pulp_importer_href" => "importers/core/pulp/",
            "pulp_pulp_import_href" => $"importers/core/pulp/{Absent}/imports/",
            "signing_key_href" => "signing-keys/",
            "key_revocation_href" => "key-revocations/",
            "container_trust_policy_href" => "trust-policies/",
            "container_trust_audit_href" => "trust/audits/",
            "auth_user_href" => "users/",
            "auth_users_user_role_href" => $"users/{Absent}/roles/",
            var other => throw new InvalidOperationException($"{other} in {document["info"]!["title"]}"),
        };
        return collection.EndsWith("1/", StringComparison.Ordinal)
            ? $"/pulp/api/v3/{collection}{path[(end + 1)..]}"
            : $"/pulp/api/v3/{collection}{Absent}/{path[(end + 1)..]}";
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class RouteTestsOnSqlite(GuardedOnSqlite registry) : RouteTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class RouteTestsOnPostgres(GuardedOnPostgres registry) : RouteTests(registry);
