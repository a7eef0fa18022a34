using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// Every parameter and every field of every operation, with values that no well-meaning client sends: the answer may be
/// a refusal, and is never a fault of the server.
/// </summary>
public abstract class HostileInputTests(Server server) : Scenario(server)
{
    private const string Nothing = "00000000-0000-7000-8000-000000000000";

    // As they stand in an address.
    private static readonly string[] Queries =
    [
        "", "%00", "a%00b", "%FF", "%ED%A0%80", "%", "-1", "0", "99999999999999999999", "1e5", "NaN", "null", "%27", "%22",
        "(", ")", "%5C", ",", ",,,", "*", "!", "=", "a=b%00c", "a~%00", "%21a%00",
        "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59.9999999-14:00", "9999-12-31T23:59:59.9999999Z",
        "0001-01-01", "2026-02-30", "2026-01-01,", "2026-01-01,2025-01-01", "1,1e99",
        "prn:core.repositoryversion:zzz", "prn:core.repositoryversion:" + Nothing, "prn:container.tag:" + Nothing,
        RepositoryPath + "no-uuid/", RepositoryPath + Nothing + "/versions/99999999999/", RepositoryPath + Nothing + "/",
        "(%3F%3Cx%3Ea)", "%5Cp%7BL%7D", "a%7B999%7D", "***%3Dx", "%5B%5B:x:%5D%5D", "(%3Fi)(%3Fi)a", "%28%3F%3Da%29",
        "name=%00", "name%3D%22%22", "prn__in%3D%22%22", "name%3D%22a%00%22", "pulp_href__in%3D%22%22", new('x', 5000),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "1", "-1", "0", "1.5", "1e999", "-99999999999999999999", "4294967295", "\"\"", "\" \"", "\"x\"",
        "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"\\ud800x\"", "[]", "{}", "[null]", "[[]]", "[1]", "[\"\"]",
        "[\"\\u0000\"]", "[\"\\ud800\"]", "[{\"a\":\"\\u0000\"}]", "[{\"\\u0000\":\"a\"}]", "[{\"a\\r\\nb\":\"c\\r\\nd\"}]",
        "{\"a\":{}}", "{\"a\":\"\\u0000\"}", "{\"\\ud800\":\"x\"}", "{\"a\":\"\\ud800\"}", "\"2026-13-01\"",
        "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"prn:core.repositoryversion:zzz\"",
        $"\"{RepositoryPath}{Nothing}/\"", $"[\"{RepositoryPath}{Nothing}/versions/99999999999/\"]",
        $"\"{new string('é', 9000)}\"", $"[\"{new string('x', 9000)}\"]", $"{{\"{new string('k', 9000)}\":\"v\"}}",
        $"{{\"k\":\"{Noise(9000)}\"}}", $"\"{Noise(9000)}\"", $"\"http://[::1]:99999/{Noise(60)}\"", "\"http://[\"",
        "\"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\"",
    ];

    private static readonly string[] Bodies =
    [
        "null", "1", "\"x\"", "[]", "{", "}", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "{\"a\":\"\\ud800\"}", "\ufeff{}",
        $"{new string('[', 5000)}", $"{{\"a\":{new string('[', 100)}{new string(']', 100)}}}", "{\"name\":\"\\x\"}",
        "{\"a\":NaN}", "{/* */}", "{\"a\":1,}", " ",
    ];

    private JsonObject? _document;
    private int _turn;
    private Dictionary<string, string> _hrefs = [];

    [Theory]
    [InlineData("((a{1,60}){1,60})z")]
    [InlineData("((((a{1,9}){1,9}){1,9}){1,9})z")]
    public async Task An_expression_made_to_be_slow_ends(string expression)
    {
        await RepositoryAsync(new string('a', 180) + Guid.NewGuid().ToString("N"));
        var (status, body) = await Pulp.RefuseAsync(Repositories + "list", null, null, ("name__regex", expression));
        Assert.True(status is 200 or 400, $"{status} {body}");
    }

    [Fact]
    public Task No_parameter_makes_the_server_fail() => RunAsync(
        from one in Operations()
        from parameter in one.Operation["parameters"]!.AsArray()
        where (string)parameter!["in"]! == "query"
        from value in Some(Queries)
        select new Call(one.Method, $"{one.Path}?{parameter["name"]}={value}", null));

    [Fact]
    public Task No_field_makes_the_server_fail() => RunAsync(
        from one in Operations()
        where one.Operation["requestBody"]?["content"]?["application/json"] is not null
        let schema = SchemaOf(one.Operation)
        let properties = schema["properties"]!.AsObject()
        from field in properties
        from value in Some(Values)
        let others = (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).Where(name => name != field.Key)
            .Select(name => $"\"{name}\":{Plausible(name, properties[name]!.AsObject())}")
        select new Call(one.Method, one.Path, $"{{{string.Join(',', others.Append($"\"{field.Key}\":{value}"))}}}"));

    [Fact]
    public Task No_body_makes_the_server_fail() => RunAsync(
        from one in Operations()
        where one.Operation["requestBody"]?["content"]?["application/json"] is not null
        from body in Bodies
        select new Call(one.Method, one.Path, body));

    [Fact]
    public Task No_address_makes_the_server_fail() => RunAsync(
        from one in Operations()
        let path = one.Path.Replace(Nothing, "{0}", StringComparison.Ordinal)
        from value in new[] { "%00", "%FF", "..", "%2e%2e", "%2F", "no-uuid", "-1", new string('x', 5000), "{}", "%7B%7D", "" }
        from wrong in new[] { one.Path + value + "/", one.Path.Replace("/v3/", $"/v3/{value}/", StringComparison.Ordinal) }
        select new Call(one.Method, wrong, null));

    // The answer comes while the client still has much to say.
    [Fact]
    public async Task A_body_without_a_length_is_read_no_further_than_its_limit()
    {
        var pulp = Http.BaseAddress!;
        using var connection = new TcpClient(pulp.Host, pulp.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {RepositoryPath} HTTP/1.1\r\nHost: {pulp.Authority}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"));
        for (var sent = 0; sent <= 16; sent++)
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"100000\r\n{new string(' ', 1024 * 1024)}\r\n"));
        var answer = new byte[12];
        await stream.ReadExactlyAsync(answer);
        Assert.Equal("HTTP/1.1 413", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task Sizes_that_add_up_to_no_number_are_claims_and_no_fault()
    {
        var name = Unique("sizes/");
        await Push.ImageAsync(Http, name, "a", name);
        var digest = await Push.ChangedAsync(Http, name, "a", "b", manifest =>
        {
            var layer = manifest["layers"]![0]!;
            layer["mediaType"] = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
            layer["digest"] = $"sha256:{new string('5', 64)}"; // which is not here
            layer["size"] = long.MaxValue;
            manifest["layers"]!.AsArray().Add(layer.DeepClone());
        });
        var listed = Assert.Single(await Pulp.ListAsync("content_container_manifests_list", null, ("digest", digest)));
        Assert.Equal(long.MaxValue, (long)listed["compressed_image_size"]!);
    }

    [Fact]
    public async Task Labels_and_annotations_without_end_are_not_listed_whole()
    {
        var name = Unique("labels/");
        await Push.ImageAsync(Http, name, "a", name);
        var labels = string.Join(',', Enumerable.Range(0, 100).Select(n => $"\"{n}\":\"{new string('x', 1000)}\""));
        var config = await Push.BlobAsync(Http, name, $$"""{"config":{"Labels":{{{labels}}} } }""");
        var digest = await Push.ChangedAsync(Http, name, "a", "b", manifest =>
        {
            manifest["config"]!["digest"] = config.Digest;
            manifest["config"]!["size"] = config.Size;
            manifest["annotations"] = new JsonObject { ["long"] = new string('x', 70_000) };
        });
        var listed = Assert.Single(await Pulp.ListAsync("content_container_manifests_list", null, ("digest", digest)));
        Assert.InRange(listed["labels"]!.AsObject().Count, 60, 65);
        Assert.Empty(listed["annotations"]!.AsObject());
    }

    [Fact]
    public async Task A_list_of_content_may_be_long()
    {
        var repository = await RepositoryAsync();
        var units = string.Join(',', Enumerable.Range(0, 100_000).Select(
            _ => $"\"/pulp/api/v3/content/container/tags/{Guid.NewGuid()}/\""));
        var (status, body) = await SendAsync(
            new("POST", $"{repository["pulp_href"]}add/", $$"""{"content_units":[{{units}}]}"""));
        Assert.Equal(400, status);
        Assert.StartsWith("[", body, StringComparison.Ordinal);
        Assert.True(body.Length < 100_000, $"The refusal has {body.Length} characters.");
    }

    [Theory]
    [InlineData("limit=0", 100)]
    [InlineData("limit=-1", 100)]
    [InlineData("limit=99999999999999999999", 1000)]
    [InlineData("limit=2", 2)]
    public async Task A_page_has_as_many_entries_as_a_sensible_limit_says(string query, int most)
    {
        await RepositoryAsync();
        var (status, body) = await SendAsync(new("GET", $"{RepositoryPath}?{query}", null));
        Assert.Equal(200, status);
        Assert.InRange(JsonNode.Parse(body)!["results"]!.AsArray().Count, 1, most);
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("99999999999999999999")]
    public async Task A_page_behind_the_end_is_empty(string offset)
    {
        await RepositoryAsync();
        var (status, body) = await SendAsync(new("GET", $"{RepositoryPath}?offset={offset}", null));
        Assert.Equal(200, status);
        Assert.Empty(JsonNode.Parse(body)!["results"]!.AsArray());
    }

    private async Task RunAsync(IEnumerable<Call> calls)
    {
        _document = await Pulp.DocumentAsync();
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        var remote = (string)(await Pulp.CallAsync(Remotes + "create", body: new()
        {
            ["name"] = Unique("remote"),
            ["url"] = "https://registry.example.com",
            ["upstream_name"] = "a/b",
        }))["pulp_href"]!;
        _hrefs = new()
        {
            ["{container_container_repository_href}"] = repository,
            ["{container_container_repository_version_href}"] = $"{repository}versions/0/",
            ["{container_container_remote_href}"] = remote,
            ["{container_container_distribution_href}"] = (string)(await Pulp.CreateAsync(
                Distributions, new() { ["name"] = Unique("d"), ["base_path"] = Unique("d") }, DistributionPath))["pulp_href"]!,
        };
        var faults = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            calls, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (call, _) =>
            {
                var (status, body) = await SendAsync(call);
                if (status >= 500)
                    faults.Add($"{status} {call.Method} {call.Path[..Math.Min(call.Path.Length, 200)]} "
                        + $"{call.Body?[..Math.Min(call.Body.Length, 200)]} {body}");
            });
        Assert.True(faults.IsEmpty, $"{faults.Count} faults\n{string.Join('\n', faults.Order().Take(60))}");
    }

    // A parameter or a field gets some of the values, the next one others: what is declared alike is read alike.
    private IEnumerable<string> Some(IReadOnlyList<string> values)
    {
        var (share, turn) = (Effort.Of(usual: 4, whenLong: 1), _turn++);
        return values.Where((_, number) => (number + turn) % share == 0);
    }

    // Read when the calls are made, not when they are written down.
    private IEnumerable<(string Path, string Method, JsonObject Operation)> Operations()
    {
        foreach (var (path, item) in _document!["paths"]!.AsObject())
            foreach (var (method, operation) in item!.AsObject())
                if (!((string)operation!["operationId"]!).EndsWith("_delete", StringComparison.Ordinal))
                    yield return (Address(path), method.ToUpperInvariant(), operation.AsObject());
    }

    private string Address(string path)
    {
        var end = path.IndexOf('}');
        if (end < 0)
            return path;
        var parameter = path[..(end + 1)];
        return _hrefs.GetValueOrDefault(parameter, $"/pulp/api/v3/tasks/{Nothing}/") + path[(end + 1)..];
    }

    private JsonObject SchemaOf(JsonObject operation)
    {
        var reference = (string)operation["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!;
        return _document!["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject();
    }

    private static string Plausible(string name, JsonObject schema) => ((string?)schema["type"], name) switch
    {
        (_, "digest") => $"\"sha256:{new string('a', 64)}\"",
        (_, "url") => "\"https://registry.example.com\"",
        ("integer", _) => "0",
        ("array", _) => "[]",
        _ => $"\"x{Guid.NewGuid():N}\"",
    };

    private static string Noise(int length)
    {
        var random = new Random(7);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('\u4e00', '\u9fff')));
    }

    private async Task<(int Status, string Body)> SendAsync(Call call)
    {
        using var request = new HttpRequestMessage(new(call.Method), new Uri(
            Http.BaseAddress!.ToString().TrimEnd('/') + call.Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (call.Body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(call.Body)) { Headers = { ContentType = new("application/json") } };
        using var response = await Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed record Call(string Method, string Path, string? Body);
}

public sealed class SqliteHostileInputTests(SqliteServer server) : HostileInputTests(server);

public sealed class PostgresHostileInputTests(PostgresServer server) : HostileInputTests(server);
