using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What the tests of the management REST share: a server, a client as Pulp's, and names that nobody else uses.</summary>
public abstract class Scenario(Server server)
{
    protected const string Repositories = "repositories_container_container_";
    protected const string Versions = "repositories_container_container_versions_";
    protected const string Remotes = "remotes_container_container_";
    protected const string Distributions = "distributions_container_container_";
    protected const string DistributionPath = "/pulp/api/v3/distributions/container/container/";
    protected const string RepositoryPath = "/pulp/api/v3/repositories/container/container/";

    protected Server Server => server;

    protected PulpClient Pulp => server.Pulp;

    protected HttpClient Http => server.Http;

    protected static string Unique(string start) => $"{start}{Guid.NewGuid():N}";

    protected async Task<JsonObject> RepositoryAsync(string? name = null, string? remote = null) =>
        await Pulp.CreateAsync(Repositories, new() { ["name"] = name ?? Unique("repo"), ["remote"] = remote }, RepositoryPath);

    protected async Task<string> RepositoryOfAsync(string name) =>
        (string)Assert.Single(await Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;

    protected async Task<IEnumerable<string>> TagsAsync(string repository) =>
        (await Pulp.ListAsync("content_container_tags_list", null, ("repository_version", repository)))
            .Select(tag => (string)tag["name"]!);

    /// <summary>What the latest version holds: names of tags, digests of all else, sorted.</summary>
    protected async Task<IReadOnlyList<string>> HoldsAsync(string repository, string? kind = null)
    {
        var held = new List<string>();
        foreach (var (list, field) in new[] { ("blobs", "digest"), ("manifests", "digest"), ("tags", "name"), ("signatures", "digest") })
            if (kind is null || list == kind)
                held.AddRange((await Pulp.ListAsync(
                    $"content_container_{list}_list", null, ("repository_version", repository))).Select(one => (string)one[field]!));
        return [.. held.Order(StringComparer.Ordinal)];
    }

    /// <summary>The href of one unit that the latest version holds.</summary>
    protected async Task<string> UnitAsync(string repository, string kind, string named) => (string)Assert.Single(
        await Pulp.ListAsync(
            $"content_container_{kind}_list", null, ("repository_version", repository), (kind == "tags" ? "name" : "digest", named)))
        ["pulp_href"]!;

    /// <summary>An action on a repository, to its end.</summary>
    protected Task<JsonObject> ActAsync(string action, string repository, params (string Name, JsonNode? Value)[] body) =>
        Pulp.CallAsync(Repositories + action, repository, Body(body));

    protected static JsonObject Body(params (string Name, JsonNode? Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value?.DeepClone())));

    protected static JsonArray Array(params IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    protected async Task<int> LatestAsync(string repository) => int.Parse(
        ((string)(await Pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!).Split('/')[^2],
        System.Globalization.CultureInfo.InvariantCulture);

    protected async Task<int> PullAsync(string name, string tag)
    {
        using var response = await Http.GetAsync($"/v2/{name}/manifests/{tag}");
        return (int)response.StatusCode;
    }
}
