using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>What the tests of export and import share.</summary>
public abstract class ExchangeScenario(Server server) : Scenario(server)
{
    protected const string Exporters = "exporters_core_pulp_";
    protected const string Exports = "exporters_core_pulp_exports_";
    protected const string Importers = "importers_core_pulp_";
    protected const string Imports = "importers_core_pulp_imports_";

    protected string Bundles => Http is not null ? Server.Bundles : "";

    protected static Guid IdOf(string href) => Guid.Parse(href.Split('/')[^2]);

    protected async Task<string> RepositoryHrefAsync(string? name = null) => (string)(await RepositoryAsync(name))["pulp_href"]!;

    /// <summary>An exporter of those repositories.</summary>
    protected async Task<string> ExporterAsync(params IEnumerable<string> repositories) =>
        (string)(await Pulp.CallAsync(Exporters + "create", body: Body(
            ("name", Unique("exporter")), ("path", $"{Bundles}/out"), ("repositories", Array(repositories)))))["pulp_href"]!;

    protected async Task<string> ImporterAsync(params (string Name, JsonNode? Value)[] fields) =>
        (string)(await Pulp.CallAsync(Importers + "create", body: Body([("name", Unique("importer")), .. fields])))["pulp_href"]!;

    /// <summary>The request is refused, for that reason and under the name of that field.</summary>
    protected async Task RefusedAsync(string operation, string? href, JsonObject body, string field, string why)
    {
        var (status, text) = await Pulp.RefuseAsync(operation, href, body);
        Assert.True(status == 400, $"{status} {text}");
        var errors = JsonNode.Parse(text)!.AsObject();
        Assert.True(errors.ContainsKey(field), text);
        Assert.Contains(errors[field]!.AsArray(), message => ((string)message!).Contains(why, StringComparison.Ordinal));
    }
}
