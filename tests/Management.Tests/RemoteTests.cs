using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Remotes: every field, and what is never shown. Source: Pulp's REST: remotes; pulp-cli, pulp_glue/common/openapi.py.</summary>
public abstract class RemoteTests(Server server) : Scenario(server)
{
    private static readonly string[] Secrets = ["client_key", "proxy_username", "proxy_password", "username", "password"];

    private static readonly string[] Cleared =
    [
        "ca_cert", "client_cert", "client_key", "username", "password", "proxy_url", "proxy_username", "proxy_password",
        "download_concurrency", "max_retries", "total_timeout", "connect_timeout", "sock_connect_timeout", "sock_read_timeout",
        "rate_limit", "includes", "excludes", "sigstore", "headers",
    ];

    [Fact]
    public async Task Every_field_is_kept_shown_and_cleared()
    {
        var certificate = Certificate();
        JsonObject Full() => Body(
            ("name", Unique("remote")), ("url", "https://registry.example.com"), ("upstream_name", "team/app"),
            ("policy", "streamed"), ("includes", Array("1.*")), ("excludes", Array("*-rc")), ("sigstore", "https://sigs.example.com"),
            ("username", "user-x"), ("password", " pass-x "), ("proxy_username", "proxy-x"), ("proxy_password", "secret-x"),
            ("client_key", "key-x"), ("ca_cert", "noise\n" + certificate), ("client_cert", certificate), ("tls_validation", false),
            ("proxy_url", "http://proxy:3128"), ("download_concurrency", 3), ("max_retries", 2), ("rate_limit", 5),
            ("total_timeout", 1.5), ("connect_timeout", 2), ("sock_connect_timeout", 0.5), ("sock_read_timeout", 4),
            ("headers", new JsonArray(new JsonObject { ["X-Team"] = "a" })), ("pulp_labels", new JsonObject { ["team"] = "a" }));
        var sent = Full();
        var remote = await Pulp.CallAsync(Remotes + "create", body: (JsonObject)sent.DeepClone());
        var href = (string)remote["pulp_href"]!;
        foreach (var (name, value) in sent)
            if (Secrets.Contains(name))
                Assert.False(remote.ContainsKey(name), name);
            else if (!name.EndsWith("_cert", StringComparison.Ordinal))
                Assert.Equal(value!.ToJsonString(), remote[name]!.ToJsonString());
        Assert.DoesNotContain("noise", (string)remote["ca_cert"]!, StringComparison.Ordinal);
        Assert.Contains("BEGIN CERTIFICATE", (string)remote["client_cert"]!, StringComparison.Ordinal);
        foreach (var text in new[] { "user-x", "pass-x", "proxy-x", "secret-x", "key-x" })
            Assert.DoesNotContain(text, remote.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(Secrets.Order(), Hidden(remote, set: true));

        // The certificates come back as they were cleaned; the same again changes nothing.
        var same = (JsonObject)sent.DeepClone();
        Assert.Equal(200, (await Pulp.RefuseAsync(Remotes + "partial_update", href, (JsonObject)same.DeepClone())).Status);
        Assert.Equal(200, (await Pulp.RefuseAsync(Remotes + "update", href, same)).Status);

        await Pulp.CallAsync(Remotes + "partial_update", href, new(Cleared.Select(name => KeyValuePair.Create(name, (JsonNode?)null))));
        var cleared = await Pulp.CallAsync(Remotes + "read", href);
        foreach (var name in Cleared.Except(Secrets))
            Assert.True(cleared.ContainsKey(name) && cleared[name] is null, name);
        Assert.Empty(Hidden(cleared, set: true));
        Assert.Equal("streamed", (string)cleared["policy"]!);

        await Pulp.CallAsync(Remotes + "update", href, Body(("name", (string)sent["name"]!), ("url", "https://b.example.com"), ("upstream_name", "c")));
        var replaced = await Pulp.CallAsync(Remotes + "read", href);
        Assert.Equal("immediate", (string)replaced["policy"]!);
        Assert.True((bool)replaced["tls_validation"]!);
        Assert.Empty(replaced["pulp_labels"]!.AsObject());
    }

    [Fact]
    public async Task Old_names_of_the_patterns_add_to_the_new_ones_and_are_never_shown()
    {
        var remote = await CreateAsync(("includes", Array("a")), ("include_tags", Array("b")), ("exclude_tags", Array("c")));
        var href = (string)remote["pulp_href"]!;
        Assert.Equal("""["a","b"]""", remote["includes"]!.ToJsonString());
        Assert.Equal("""["c"]""", remote["excludes"]!.ToJsonString());
        Assert.False(remote.ContainsKey("include_tags") || remote.ContainsKey("exclude_tags"));
        Assert.Equal(200, (await Pulp.RefuseAsync(Remotes + "partial_update", href, Body(("include_tags", null), ("exclude_tags", new JsonArray())))).Status);
        await Pulp.CallAsync(Remotes + "partial_update", href, Body(("include_tags", Array("d"))));
        Assert.Equal("""["d"]""", (await Pulp.CallAsync(Remotes + "read", href))["includes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("url", "\"\"")]
    [InlineData("url", "\"registry.example.com\"")]
    [InlineData("url", "\"https://u:p@example.com\"")]
    [InlineData("url", "null")]
    [InlineData("upstream_name", "\" \"")]
    [InlineData("policy", "\"sometimes\"")]
    [InlineData("policy", "null")]
    [InlineData("includes", "[1,null]")]
    [InlineData("includes", "\"a\"")]
    [InlineData("download_concurrency", "0")]
    [InlineData("download_concurrency", "\"many\"")]
    [InlineData("download_concurrency", "1.5")]
    [InlineData("total_timeout", "-1")]
    [InlineData("tls_validation", "3")]
    [InlineData("ca_cert", "\"none\"")]
    [InlineData("client_cert", "\"\"")]
    [InlineData("proxy_url", "\"http://user@proxy\"")]
    [InlineData("sigstore", "\"ftp://x\"")]
    [InlineData("headers", "{\"a\":\"b\"}")]
    [InlineData("headers", "[{\"a\":\"b\",\"c\":\"d\"}]")]
    [InlineData("headers", "[{\"a\":\"b\\r\\nc: d\"}]")]
    [InlineData("name", "null")]
    [InlineData("nonsense", "1")]
    [InlineData("hidden_fields", "[]")]
    public async Task A_field_that_cannot_be_is_refused_by_its_name(string field, string value)
    {
        var body = Body(("name", Unique("remote")), ("url", "https://registry.example.com"), ("upstream_name", "a/b"));
        body[field] = JsonNode.Parse(value);
        var (status, refusal) = await Pulp.RefuseAsync(Remotes + "create", null, body);
        Assert.Equal(400, status);
        Assert.Equal([field], JsonNode.Parse(refusal)!.AsObject().Select(one => one.Key));
    }

    [Fact]
    public async Task A_remote_is_found_by_name_label_and_time_and_its_name_is_taken_once()
    {
        var remote = await CreateAsync(("pulp_labels", new JsonObject { ["stage"] = "test" }));
        var (href, name) = ((string)remote["pulp_href"]!, (string)remote["name"]!);
        foreach (var (filter, value) in new[]
        {
            ("name", name), ("name__contains", name[3..]), ("name__icontains", name.ToUpperInvariant()), ("name__in", $"x,{name}"),
            ("name__startswith", name[..9]), ("name__iexact", name.ToUpperInvariant()), ("name__regex", $"^{name}$"),
            ("pulp_label_select", "stage=test"), ("pulp_last_updated__gte", (string)remote["pulp_last_updated"]!),
            ("pulp_last_updated__lte", "2099-01-01T00:00:00.000000Z"), ("prn__in", (string)remote["prn"]!),
        })
            foreach (var list in new[] { Remotes + "list", "remotes_list" })
                Assert.Contains(await Pulp.ListAsync(list, null, (filter, value)), one => (string)one["pulp_href"]! == href);
        Assert.Empty(await Pulp.ListAsync("remotes_list", null, ("name", name), ("pulp_type", "file.file")));
        Assert.Single(await Pulp.ListAsync("remotes_list", null, ("name", name), ("pulp_type", "container.container")));
        Assert.Equal((400, """{"name":["This field must be unique."]}"""), await Pulp.RefuseAsync(
            Remotes + "create", null, Body(("name", name), ("url", "https://a.example.com"), ("upstream_name", "b"))));
        var other = (string)(await CreateAsync())["pulp_href"]!;
        Assert.Equal(400, (await Pulp.RefuseAsync(Remotes + "partial_update", other, Body(("name", name)))).Status);
    }

    [Theory]
    [InlineData("name__iexact", "Ärzte ")]
    [InlineData("name__iexact", "äRZTE ")]
    [InlineData("name__icontains", "Ärz")]
    [InlineData("name__icontains", "äRZ")]
    [InlineData("name__istartswith", "äR")]
    [InlineData("name__iregex", "^äRZTE")]
    [InlineData("pulp_label_select", "team~äRZ")]
    public async Task Case_is_folded_in_every_script(string filter, string value)
    {
        var key = Guid.NewGuid().ToString("N");
        var remote = await Pulp.CallAsync(Remotes + "create", body: Body(
            ("name", $"Ärzte {key}"), ("url", "https://registry.example.com"), ("upstream_name", "a/b"),
            ("pulp_labels", new JsonObject { ["team"] = $"Ärzte{key}" })));
        value += filter is "name__iexact" ? key.ToUpperInvariant() : "";
        Assert.Contains(
            await Pulp.ListAsync(Remotes + "list", null, (filter, value)),
            one => (string)one["pulp_href"]! == (string)remote["pulp_href"]!);
    }

    [Fact]
    public async Task Remotes_are_ordered_by_what_is_set_on_them()
    {
        var label = Unique("order");
        foreach (var rate in new[] { 10, 9, 100 })
            await CreateAsync(("rate_limit", rate), ("pulp_labels", new JsonObject { [label] = "" }));
        var ordered = await Pulp.ListAsync(
            Remotes + "list", null, ("pulp_label_select", label), ("ordering", "rate_limit,policy,-upstream_name,tls_validation"));
        Assert.Equal([9, 10, 100], ordered.Select(one => (int)one["rate_limit"]!));
    }

    private Task<JsonObject> CreateAsync(params (string, JsonNode?)[] more) => Pulp.CallAsync(Remotes + "create", body: Body(
        [("name", Unique("remote")), ("url", "https://registry.example.com"), ("upstream_name", "a/b"), .. more]));

    private static IEnumerable<string> Hidden(JsonObject remote, bool set) => remote["hidden_fields"]!.AsArray()
        .Where(field => (bool)field!["is_set"]! == set).Select(field => (string)field!["name"]!).Order();

    private static string Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem();
    }
}

public sealed class SqliteRemoteTests(SqliteServer server) : RemoteTests(server);

public sealed class PostgresRemoteTests(PostgresServer server) : RemoteTests(server);
