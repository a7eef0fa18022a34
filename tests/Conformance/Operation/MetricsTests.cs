using System.Text.RegularExpressions;

namespace OrleansRegistry.Conformance;

/// <summary>What a node measures is what its documentation says.</summary>
public abstract partial class MetricsTests(RunningRegistry registry)
{
    private static HashSet<string> Expected { get; } =
    [
        "registry_pulls_total", "registry_pushes_total", "registry_blobs_sent_bytes_total",
        "registry_blobs_received_bytes_total", "registry_versions_total", "registry_commit_batch",
        "registry_commit_duration_seconds", "registry_changes_waiting", "registry_cache_looks_total",
    ];

    [Fact]
    public async Task Every_metric_of_the_registry_is_in_the_table_of_the_documentation()
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        await repository.GetAsync("manifests/v1").Answers(200);
        await repository.GetAsync($"blobs/{(await repository.PushBlobAsync()).Digest}").Answers(200);

        // What was asked a moment ago is answered again for a third of a second.
        HashSet<string> measured = [];
        await Eventually.TrueAsync(
            async () => Expected.IsSubsetOf(measured = Names(Measured, await TextAsync())),
            "what was done is measured");
        Assert.Subset(
            Names(Documented, await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs/operations.md"))), measured);
    }

    [Fact]
    public async Task The_frameworks_measure_too()
    {
        await registry.NewRepository().PushImageAsync("v1");
        var text = "";
        await Eventually.TrueAsync(
            async () => (text = await TextAsync()).Contains(
                "http_route=\"/v2/{name}/manifests/{reference}\"", StringComparison.Ordinal),
            "the push is measured");
        Assert.Contains("http_server_request_duration_seconds_count{", text);
        Assert.Contains("orleans_", text);
        Assert.Equal(registry is OnPostgres, text.Contains("db_client_"));
    }

    private static HashSet<string> Names(Regex pattern, string text) =>
        [.. pattern.Matches(text).Select(match => match.Groups[1].Value)];

    private async Task<string> TextAsync()
    {
        using var answer = await registry.Client.GetAsync("/metrics").Answers(200);
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("^# TYPE (registry_\\w+) ", RegexOptions.Multiline)]
    private static partial Regex Measured { get; }

    [GeneratedRegex("^\\| `(registry_\\w+)` ", RegexOptions.Multiline)]
    private static partial Regex Documented { get; }
}

[Collection(nameof(OnSqlite))]
public sealed class MetricsTestsOnSqlite(OnSqlite registry) : MetricsTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class MetricsTestsOnPostgres(OnPostgres registry) : MetricsTests(registry);

[Collection(nameof(GuardedOnSqlite))]
public sealed class GuardedMetricsTestsOnSqlite(GuardedOnSqlite registry)
{
    [Fact]
    public async Task Reading_them_takes_a_login_where_one_is_asked_for()
    {
        using var refused = await registry.Client.GetAsync("/metrics");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
        await registry.Client.GetAsync("/metrics", GuardedRegistry.As("admin")).Answers(200);
    }
}
