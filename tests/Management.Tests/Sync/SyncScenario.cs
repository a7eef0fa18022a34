using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>What the tests of synchronisation share: an upstream that does as it is told, and a repository to fill.</summary>
public abstract class SyncScenario(Server server) : Scenario(server), IAsyncLifetime
{
    protected FakeUpstream Upstream { get; private set; } = null!;

    /// <summary>The repository that is synchronised.</summary>
    protected string Repository { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _ = Http; // skips where there is no database
        Upstream = await FakeUpstream.StartAsync();
        Repository = (string)(await RepositoryAsync())["pulp_href"]!;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Upstream is not null)
            await Upstream.DisposeAsync();
    }

    protected async Task<string> RemoteAsync(params (string Name, JsonNode? Value)[] more) =>
        (string)(await Pulp.CallAsync(Remotes + "create", body: Body(
            [
                ("name", Unique("remote")), ("url", Upstream.Url), ("upstream_name", FakeUpstream.Name), ("max_retries", 0),
                .. more,
            ])))["pulp_href"]!;

    /// <summary>A remote with the lookaside store.</summary>
    protected Task<string> SignedRemoteAsync(params (string Name, JsonNode? Value)[] more) =>
        RemoteAsync([("sigstore", Upstream.Sigstore), .. more]);

    /// <summary>Synchronises, to the end. The answer is what the task says of it.</summary>
    protected Task<JsonObject> SyncAsync(string remote, params (string Name, JsonNode? Value)[] more) =>
        Pulp.CallAsync(Repositories + "sync", Repository, Body([("remote", remote), .. more]));

    /// <summary>The error of a synchronisation that fails.</summary>
    protected async Task<string> FailAsync(string remote, params (string Name, JsonNode? Value)[] more) =>
        (await Assert.ThrowsAsync<TaskFailedException>(() => SyncAsync(remote, more))).Message;

    /// <summary>The line of the report about one reference.</summary>
    protected async Task<JsonObject> ReportAsync(string reference) => Assert.Single(
        await Pulp.ListAsync(Repositories + "sync_report", Repository, ("reference", reference)));

    protected async Task<string?> ReasonAsync(string reference) => (string?)(await ReportAsync(reference))["reason"];

    protected Task<IReadOnlyList<string>> SignedAsync() => HoldsAsync(Repository, "signatures");

    protected async Task<IReadOnlyList<string>> NamesAsync() => [.. (await TagsAsync(Repository)).Order(StringComparer.Ordinal)];

    protected async Task<bool> HasAsync(Manifest manifest) =>
        (await HoldsAsync(Repository, "manifests")).Contains(manifest.Digest.ToString());

    /// <summary>Whether the bytes of a blob are on this server.</summary>
    protected bool IsHere(Digest blob) =>
        Directory.EnumerateFiles(Path.Combine(Server.DataDirectory, "blobs"), blob.Hex, SearchOption.AllDirectories).Any();

    /// <summary>The repository under a name of its own, as clients pull from it.</summary>
    protected async Task<string> ServeAsync()
    {
        var name = Unique("synced/");
        await Pulp.CreateAsync(
            Distributions, Body(("name", name), ("base_path", name), ("repository", Repository)), DistributionPath);
        return name;
    }
}
