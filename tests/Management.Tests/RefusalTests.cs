using System.Net.Http.Headers;
using System.Text;

namespace OrleansRegistry.Management.Tests;

/// <summary>How calls are refused: one line per call. Source: Pulp's REST: errors.</summary>
public sealed class RefusalTests(SqliteServer server)
{
    private const string Repositories = "/pulp/api/v3/repositories/container/container/";
    private const string Remotes = "/pulp/api/v3/remotes/container/container/";
    private const string Distributions = "/pulp/api/v3/distributions/container/container/";
    private const string Nothing = "00000000-0000-7000-8000-000000000000";

    [Theory]
    [InlineData("GET", Repositories + "?nonsense=1", null, 400, """{"errors":["Invalid Filter: 'nonsense'"]}""")]
    [InlineData("GET", Repositories + "?ordering=nonsense", null, 400, "\"ordering\"")]
    [InlineData("GET", Repositories + "?remote=/pulp/x/", null, 400, "URI not valid")]
    [InlineData("GET", Repositories + "?remote=" + Remotes + Nothing + "/", null, 400, "not found")]
    [InlineData("GET", Repositories + "?q=name%3Dx%20AND", null, 400, "\"q\"")]
    [InlineData("GET", Repositories + "?q=NOT%20NOT%20NOT%20NOT%20NOT%20NOT%20NOT%20NOT%20name%3Dx", null, 400, "complexity")]
    [InlineData("GET", Repositories + "?name__regex=(a", null, 400, "name__regex")]
    [InlineData("GET", Repositories + Nothing + "/", null, 404, """{"detail":"Not found."}""")]
    [InlineData("GET", Repositories + "no-uuid/", null, 404, """{"detail":"Not found."}""")]
    [InlineData("DELETE", Repositories + Nothing + "/", null, 404, "Not found")]
    [InlineData("DELETE", Repositories, null, 405, "\"detail\"")]
    [InlineData("POST", Repositories, "{}", 400, """{"name":["This field is required."]}""")]
    [InlineData("POST", Repositories, """{"name":""}""", 400, "may not be blank")]
    [InlineData("POST", Repositories, """{"name":null}""", 400, "may not be null")]
    [InlineData("POST", Repositories, """{"name":"a","nonsense":1}""", 400, """{"nonsense":["Unexpected field"]}""")]
    [InlineData("POST", Repositories, """{"name":"a","retain_repo_versions":0}""", 400, "greater than or equal to 1")]
    [InlineData("POST", Repositories, """{"name":"a","remote":"x"}""", 400, "Invalid hyperlink - No URL match.")]
    [InlineData("POST", Repositories, """{"name":"a","remote":"/pulp/api/v3/tasks/00000000-0000-7000-8000-000000000000/"}""", 400, "Incorrect URL match")]
    [InlineData("POST", Repositories, """{"name":"a","remote":"/pulp/api/v3/remotes/container/container/00000000-0000-7000-8000-000000000000/"}""", 400, "Object does not exist")]
    [InlineData("POST", Repositories, """{"name":"a","pulp_labels":{"k(":"v"}}""", 400, "pulp_labels")]
    [InlineData("POST", Repositories, "[]", 400, "non_field_errors")]
    [InlineData("POST", Repositories, "{", 400, "JSON parse error")]
    [InlineData("POST", Remotes, """{"name":"a","url":"ftp://x","upstream_name":"b"}""", 400, "\"url\"")]
    [InlineData("POST", Remotes, """{"name":"a","url":"https://u:p@x","upstream_name":"b"}""", 400, "authentication")]
    [InlineData("POST", Remotes, """{"name":"a","url":"https://x","upstream_name":"b","policy":"never"}""", 400, "not a valid choice")]
    [InlineData("POST", Remotes, """{"name":"a","url":"https://x","upstream_name":"b","ca_cert":"none"}""", 400, "ca_cert")]
    [InlineData("POST", Remotes, """{"name":"a","url":"https://x","upstream_name":"b","nonsense":1}""", 400, "Unexpected field")]
    [InlineData("POST", Remotes, """{"name":"a","url":"https://x","upstream_name":"b","proxy_username":"u"}""", 400, "proxy_url")]
    [InlineData("POST", "/pulp/api/v3/users/", """{"username":"mail","email":"nomail"}""", 400, "email")]
    [InlineData("POST", Distributions, """{"name":"a","base_path":"A//b"}""", 400, "base_path")]
    public async Task Refused_in_the_words_that_clients_know(
        string method, string path, string? body, int status, string words)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await server.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_name_is_taken_only_once()
    {
        var name = $"twice{Guid.NewGuid():N}";
        await server.Pulp.CallAsync("repositories_container_container_create", body: new() { ["name"] = name });
        var refused = await server.Pulp.RefuseAsync(
            "repositories_container_container_create", body: new() { ["name"] = name });
        Assert.Equal((400, """{"name":["This field must be unique."]}"""), refused);
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_of_the_wrong_type()
    {
        using var response = await server.Http.PostAsync(Repositories, new StringContent("name=x"));
        Assert.Equal(415, (int)response.StatusCode);
    }
}
