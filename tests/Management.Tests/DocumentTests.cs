using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>The OpenAPI document, held against every rule of pulp-cli, pulp_glue/common/openapi.py.</summary>
public sealed class DocumentTests(SqliteServer server)
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    public static TheoryData<string> Needed { get; } =
    [
        "status_read", "repositories_list", "repository_versions_list", "remotes_list", "distributions_list", "content_list",
        .. Each("repositories_container_container_", "list create read partial_update update delete add remove tag untag "
            + "copy_tags copy_manifests set_label unset_label remove_image remove_signatures rollback modify sign"),
        .. Each("repositories_container_container_versions_", "list read delete repair"),
        .. Each("repositories_container_container_push_", "list read"),
        .. Each("remotes_container_container_", "list create read partial_update update delete set_label unset_label"),
        .. Each("distributions_container_container_", "list create read partial_update update delete set_label unset_label"),
        .. Each("pulp_container_namespaces_", "list create read delete"),
        .. Each("content_container_blobs_", "list read set_label unset_label"),
        .. Each("content_container_manifests_", "list read set_label unset_label"),
        .. Each("content_container_tags_", "list read set_label unset_label"),
        .. Each("content_container_signatures_", "list read set_label unset_label"),
        .. Each("tasks_", "list read cancel delete purge"),
        .. Each("task_groups_", "list read cancel"),
        .. Each("workers_", "list read"),
        .. Each("artifacts_", "list read create"),
        .. Each("uploads_", "list create read update commit delete"),
        .. Each("signing_services_", "list create read partial_update update delete"),
        .. Each("exporters_core_pulp_", "list create read partial_update update delete"),
        .. Each("exporters_core_pulp_exports_", "list create read delete"),
        .. Each("importers_core_pulp_", "list create read partial_update update delete"),
        .. Each("importers_core_pulp_imports_", "list create read delete"),
        "content_container_manifests_sign", "orphans_cleanup_cleanup",
    ];

    [Theory]
    [MemberData(nameof(Needed))]
    public async Task Operations_that_clients_look_for_are_there(string operationId) =>
        Assert.Contains(await OperationsAsync(), one => (string)one.Operation["operationId"]! == operationId);

    [Fact]
    public async Task Status_and_document_name_the_same_versions()
    {
        var info = (await server.Pulp.DocumentAsync())["info"]!;
        var status = await server.Pulp.CallAsync("status_read");
        var versions = status["versions"]!.AsArray().ToDictionary(
            one => (string)one!["component"]!, one => (string)one!["version"]!);
        Assert.Equal(versions, info["x-pulp-app-versions"]!.AsObject().ToDictionary(one => one.Key, one => (string)one.Value!));
        Assert.False((bool)info["x-pulp-domain-enabled"]!);
        Assert.StartsWith("3.", (string)(await server.Pulp.DocumentAsync())["openapi"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_are_absolute_or_begin_with_the_one_href_they_take()
    {
        foreach (var (path, method, operation) in await OperationsAsync())
        {
            Assert.Contains(method, Methods);
            var inPath = Parameters(operation).Where(parameter => (string)parameter["in"]! == "path").ToList();
            if (path.StartsWith('/'))
            {
                Assert.DoesNotContain('{', path);
                Assert.Empty(inPath);
            }
            else
            {
                var parameter = Assert.Single(inPath);
                Assert.StartsWith($"{{{parameter["name"]}}}", path, StringComparison.Ordinal);
                Assert.EndsWith("_href", (string)parameter["name"]!, StringComparison.Ordinal);
                Assert.True((bool)parameter["required"]!);
                Assert.Equal(path.IndexOf('{', StringComparison.Ordinal), path.LastIndexOf('{'));
            }

            Assert.True(path.EndsWith('/') || path.EndsWith('}'));
        }
    }

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_and_every_part_its_schema()
    {
        var operations = await OperationsAsync();
        Assert.Equal(operations.Count, operations.Select(one => (string)one.Operation["operationId"]!).Distinct().Count());
        foreach (var (_, _, operation) in operations)
        {
            foreach (var parameter in Parameters(operation))
            {
                Assert.NotNull(parameter["schema"]);
                Assert.False(parameter.ContainsKey("allowReserved"));
            }

            var answers = operation["responses"]!.AsObject();
            Assert.NotEmpty(answers);
            foreach (var (_, answer) in answers)
            {
                Assert.NotNull(answer!["description"]);
                foreach (var (type, media) in answer["content"]?.AsObject() ?? [])
                {
                    Assert.Equal(
                        ((string)operation["operationId"]!).EndsWith("events", StringComparison.Ordinal)
                            ? "text/event-stream" : "application/json",
                        type);
                    Assert.NotNull(media!["schema"]);
                }
            }
        }
    }

    [Fact]
    public async Task Lists_declare_the_common_parameters_and_arrays_as_arrays()
    {
        foreach (var (_, _, operation) in (await OperationsAsync()).Where(one => IsList(one.Operation)))
        {
            foreach (var (name, type) in new[]
            {
                ("limit", "integer"), ("offset", "integer"), ("ordering", "array"), ("fields", "array"),
                ("exclude_fields", "array"), ("prn__in", "array"), ("pulp_href__in", "array"), ("q", "string"),
            })
                Assert.True(
                    type == (string?)Parameter(operation, name)?["schema"]!["type"], $"{operation["operationId"]} {name}");
            foreach (var parameter in Parameters(operation).Where(
                parameter => ((string)parameter["name"]!).EndsWith("__in", StringComparison.Ordinal)))
                Assert.Equal("array", (string)parameter["schema"]!["type"]!);
        }
    }

    [Fact]
    public async Task Only_moments_are_declared_as_date_time()
    {
        foreach (var (_, _, operation) in await OperationsAsync())
            foreach (var parameter in Parameters(operation))
            {
                var schema = parameter["schema"]!.AsObject();
                var format = (string?)schema["format"] ?? (string?)schema["items"]?["format"];
                var name = ((string)parameter["name"]!).Split("__")[0];
                var isNullTest = ((string)parameter["name"]!).EndsWith("__isnull", StringComparison.Ordinal);
                var isMoment = name is "pulp_created" or "pulp_last_updated" or "started_at" or "finished_at" or "unblocked_at"
                    or "last_heartbeat" or "day";
                Assert.Equal(isMoment && !isNullTest ? "date-time" : null, format);
            }
    }

    [Fact]
    public async Task Updates_declare_that_nothing_changed_as_well_as_the_task()
    {
        var updates = (await OperationsAsync()).Where(
            one => ((string)one.Operation["operationId"]!).EndsWith("_partial_update", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(updates);
        foreach (var (_, _, operation) in updates)
            Assert.Equal(["200", "202"], operation["responses"]!.AsObject().Select(answer => answer.Key));
    }

    [Fact]
    public async Task Either_one_or_many_may_be_given_where_clients_give_one()
    {
        foreach (var (id, name) in new[]
        {
            ("content_container_tags_list", "media_type"), ("content_container_tags_list", "digest"),
            ("content_container_manifests_list", "media_type"),
        })
        {
            var operation = (await OperationsAsync()).Single(one => (string)one.Operation["operationId"]! == id).Operation;
            var kinds = Parameter(operation, name)!["schema"]!["anyOf"]!.AsArray().Select(one => (string)one!["type"]!);
            Assert.Equal(["string", "array"], kinds);
        }
    }

    [Fact]
    public async Task Version_lists_give_a_type_to_content_in()
    {
        foreach (var (_, _, operation) in (await OperationsAsync()).Where(one =>
            ((string)one.Operation["operationId"]!).EndsWith("versions_list", StringComparison.Ordinal)))
            Assert.Equal("array", (string)Parameter(operation, "content__in")!["schema"]!["type"]!);
    }

    [Fact]
    public async Task There_is_one_way_to_authenticate_and_it_is_named_once()
    {
        var document = await server.Pulp.DocumentAsync();
        Assert.Equal("""[{"basicAuth":[]}]""", document["security"]!.ToJsonString());
        Assert.Equal(
            """{"basicAuth":{"type":"http","scheme":"basic"}}""",
            document["components"]!["securitySchemes"]!.ToJsonString());
        // Not even of status_read: of old clients some cannot read [{}], and of new ones some not [].
        foreach (var (_, _, operation) in await OperationsAsync())
            Assert.False(operation.ContainsKey("security"));
    }

    [Fact]
    public async Task Schemas_are_ones_that_the_client_understands_and_references_lead_somewhere()
    {
        var document = await server.Pulp.DocumentAsync();
        var schemas = document["components"]!["schemas"]!.AsObject();
        foreach (var node in Descendants(document))
        {
            if (node is not JsonObject json)
                continue;
            if (json.ContainsKey("examples"))
                Assert.IsNotType<JsonArray>(json["examples"]);
            if (json["enum"] is JsonArray choices)
                Assert.All(choices, choice => Assert.Equal(System.Text.Json.JsonValueKind.String, choice!.GetValueKind()));
            if (json.TryGetPropertyValue("$ref", out var reference) && reference is JsonValue)
            {
                Assert.Single(json);
                Assert.Contains(((string)reference!).Replace("#/components/schemas/", "", StringComparison.Ordinal), schemas);
            }
        }
    }

    /// <summary>What the client passes, with arrays marked by brackets. Source: pulp-cli, pulp_glue/common/openapi.py.</summary>
    [Theory]
    [InlineData("repositories_container_container_list", "name pulp_label_select")]
    [InlineData("repositories_container_container_versions_list", "number content__in[]")]
    [InlineData("repositories_container_container_push_list", "name")]
    [InlineData("remotes_container_container_list", "name name__contains name__icontains name__in[] pulp_label_select pulp_last_updated__gte pulp_last_updated__lte")]
    [InlineData("distributions_container_container_list", "name name__contains name__icontains name__in[] pulp_label_select base_path base_path__icontains")]
    [InlineData("pulp_container_namespaces_list", "name")]
    [InlineData("content_container_blobs_list", "repository_version repository_version_added repository_version_removed pulp_label_select digest digest__in[]")]
    [InlineData("content_container_manifests_list", "repository_version repository_version_added repository_version_removed pulp_label_select digest digest__in[] media_type is_bootable is_flatpak")]
    [InlineData("content_container_tags_list", "repository_version repository_version_added repository_version_removed pulp_label_select name name__in[] media_type digest")]
    [InlineData("content_list", "repository_version")]
    [InlineData("tasks_list", "name name__contains logging_cid__contains state state__in[] task_group parent_task worker created_resources started_at__gte started_at__lte finished_at__gte finished_at__lte reserved_resources reserved_resources__in[] exclusive_resources exclusive_resources__in[] shared_resources shared_resources__in[]")]
    [InlineData("workers_list", "name name__contains name__icontains missing online")]
    [InlineData("artifacts_list", "md5 sha1 sha224 sha256 sha384 sha512")]
    [InlineData("signing_services_list", "name")]
    [InlineData("exporters_core_pulp_list", "name")]
    [InlineData("importers_core_pulp_list", "name")]
    [InlineData("repositories_list", "name name__in[]")]
    [InlineData("repository_versions_list", "content__in[]")]
    [InlineData("remotes_list", "name name__contains name__icontains name__in[] pulp_label_select")]
    [InlineData("distributions_list", "name name__contains name__icontains name__in[] pulp_label_select base_path base_path__icontains")]
    public async Task Lists_declare_every_parameter_that_the_client_passes(string id, string names)
    {
        var operation = (await OperationsAsync()).Single(one => (string)one.Operation["operationId"]! == id).Operation;
        foreach (var name in names.Split(' '))
        {
            var schema = Parameter(operation, name.TrimEnd('[', ']'))?["schema"];
            Assert.True(schema is not null, name);
            Assert.Equal(name.EndsWith(']'), (string?)schema!["type"] == "array");
        }
    }

    [Theory]
    [InlineData("repositories_container_container_", "description remote retain_repo_versions retain_checkpoints")]
    [InlineData("distributions_container_container_", "content_guard repository repository_version")]
    [InlineData("remotes_container_container_", "ca_cert client_cert client_key username password proxy_url proxy_username proxy_password download_concurrency max_retries total_timeout connect_timeout sock_connect_timeout sock_read_timeout rate_limit include_tags exclude_tags")]
    public async Task Fields_that_the_client_clears_take_null(string prefix, string names)
    {
        var document = await server.Pulp.DocumentAsync();
        foreach (var action in new[] { "create", "partial_update" })
        {
            var operation = (await OperationsAsync()).Single(one => (string)one.Operation["operationId"]! == prefix + action).Operation;
            var schema = (string)operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!;
            var properties = document["components"]!["schemas"]![schema.Split('/')[^1]]!["properties"]!;
            foreach (var name in names.Split(' '))
                Assert.True((bool?)properties[name]?["nullable"], $"{prefix}{action}: {name}");
        }
    }

    [Fact]
    public async Task Nothing_stands_where_the_client_does_not_know_it()
    {
        var document = await server.Pulp.DocumentAsync();
        Assert.Subset(new HashSet<string> { "openapi", "info", "paths", "components", "security" }, document.Select(one => one.Key).ToHashSet());
        foreach (var key in new[] { "title", "version" })
            Assert.NotNull(document["info"]![key]);
        foreach (var (_, item) in document["paths"]!.AsObject())
            Assert.Subset(Methods.ToHashSet(), item!.AsObject().Select(one => one.Key).ToHashSet());
        foreach (var (_, method, operation) in await OperationsAsync())
        {
            Assert.Subset(
                new HashSet<string> { "operationId", "parameters", "requestBody", "responses", "security" },
                operation.Select(one => one.Key).ToHashSet());
            Assert.Equal(
                Parameters(operation).Count(),
                Parameters(operation).Select(one => (string)one["name"]!).Distinct().Count());
            foreach (var parameter in Parameters(operation))
                Assert.Subset(
                    new HashSet<string> { "in", "name", "schema", "required", "description", "explode", "style" },
                    parameter.Select(one => one.Key).ToHashSet());
            if (operation["requestBody"] is JsonObject body)
            {
                Assert.True(method is not ("get" or "delete"), method);
                Assert.False(body.ContainsKey("$ref"));
                var (type, media) = Assert.Single(body["content"]!.AsObject());
                Assert.True(type is "application/json" or "multipart/form-data", type);
                Assert.NotNull(media!["schema"]);
            }

            foreach (var (status, answer) in operation["responses"]!.AsObject())
            {
                Assert.Matches("^2[0-9][0-9]$", status);
                Assert.False(answer!.AsObject().ContainsKey("$ref"));
            }
        }

        foreach (var node in Descendants(document).OfType<JsonObject>())
        {
            Assert.False(node["exclusiveMinimum"] is JsonValue || node["exclusiveMaximum"] is JsonValue);
            if (node["nullable"] is not null)
                Assert.True(node.ContainsKey("type"));
        }
    }

    [Fact]
    public async Task Files_are_sent_as_forms_and_tasks_answered_with_nothing_else()
    {
        foreach (var (id, file) in new[] { ("artifacts_create", "file"), ("uploads_update", "file") })
        {
            var operation = (await OperationsAsync()).Single(one => (string)one.Operation["operationId"]! == id).Operation;
            var schema = (string)operation["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!["$ref"]!;
            var property = (await server.Pulp.DocumentAsync())["components"]!["schemas"]![schema.Split('/')[^1]]!["properties"]![file]!;
            Assert.Equal("binary", (string)property["format"]!);
        }

        var header = Parameter((await OperationsAsync()).Single(
            one => (string)one.Operation["operationId"]! == "uploads_update").Operation, "Content-Range")!;
        Assert.Equal(("header", true), ((string)header["in"]!, (bool)header["required"]!));
        foreach (var (_, _, operation) in await OperationsAsync())
            if (operation["responses"]!["202"] is { } accepted)
                Assert.Equal(
                    (string)operation["operationId"]! == "importers_core_pulp_imports_create" // a group of tasks
                        ? "#/components/schemas/TaskGroupOperationResponse"
                        : "#/components/schemas/AsyncOperationResponse",
                    (string)accepted["content"]!["application/json"]!["schema"]!["$ref"]!);
    }

    [Fact]
    public async Task The_page_for_people_loads_nothing_from_elsewhere()
    {
        var page = await server.Http.GetStringAsync("/docs");
        Assert.Contains("repositories_container_container_copy_tags", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Each(string prefix, string actions) =>
        actions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(action => prefix + action);

    private static bool IsList(JsonObject operation) =>
        ((string)operation["operationId"]!).EndsWith("_list", StringComparison.Ordinal);

    private static IEnumerable<JsonObject> Parameters(JsonObject operation) =>
        operation["parameters"]!.AsArray().Select(parameter => parameter!.AsObject());

    private static JsonObject? Parameter(JsonObject operation, string name) =>
        Parameters(operation).SingleOrDefault(parameter => (string)parameter["name"]! == name);

    private static IEnumerable<JsonNode> Descendants(JsonNode node) => node switch
    {
        JsonObject json => json.SelectMany(one => one.Value is null ? [] : Descendants(one.Value)).Prepend(json),
        JsonArray list => list.SelectMany(one => one is null ? [] : Descendants(one)).Prepend(list),
        _ => [node],
    };

    private async Task<IReadOnlyList<(string Path, string Method, JsonObject Operation)>> OperationsAsync() =>
    [
        .. from path in (await server.Pulp.DocumentAsync())["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select (path.Key, operation.Key, operation.Value!.AsObject()),
    ];
}
