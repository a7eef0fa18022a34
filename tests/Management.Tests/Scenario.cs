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

    protected async Task<int> PullAsync(string name, string tag)
    {
        using var response = await Http.GetAsync($"/v2/{name}/manifests/{tag}");
        return (int)response.StatusCode;
    }
}
