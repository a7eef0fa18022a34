using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>oras works unchanged.</summary>
public abstract class OrasTests : IDisposable
{
    private const string Sbom = "application/vnd.example.sbom+json";

    private readonly RunningRegistry _registry;
    private readonly Workplace _workplace = new();

    protected OrasTests(RunningRegistry registry)
    {
        Needs.Program("oras");
        _registry = registry;
    }

    [Fact]
    public async Task A_pushed_file_is_pulled_again_as_it_was()
    {
        var reference = await PushAsync("the file");
        await OrasAsync("pull", "--output", "pulled", reference);
        Assert.Equal("the file", await File.ReadAllTextAsync(_workplace["pulled/file.txt"]));
    }

    [Fact]
    public async Task What_is_attached_is_discovered_and_copied_along()
    {
        var reference = await PushAsync("an application");
        await OrasAsync("attach", "--artifact-type", Sbom, reference, "file.txt:application/json");
        Assert.Equal([Sbom], await DiscoverAsync(reference));

        var copy = NewReference();
        await _workplace.RunAsync("oras", "cp", "-r", "--from-plain-http", "--to-plain-http", reference, copy);
        Assert.Equal([Sbom], await DiscoverAsync(copy));
    }

    [Fact]
    public async Task A_backup_is_restored_with_all_that_refers_to_it()
    {
        var reference = await PushAsync("worth keeping");
        await OrasAsync("attach", "--artifact-type", Sbom, reference, "file.txt:application/json");
        await OrasAsync("backup", "--include-referrers", "--output", "backup.tar", reference);

        var restored = NewReference();
        await OrasAsync("restore", "--input", "backup.tar", restored);
        Assert.Equal([Sbom], await DiscoverAsync(restored));
        await OrasAsync("pull", "--output", "restored", restored);
        Assert.Equal("worth keeping", await File.ReadAllTextAsync(_workplace["restored/file.txt"]));
    }

    public void Dispose()
    {
        _workplace.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<string> PushAsync(string text)
    {
        var reference = NewReference();
        await File.WriteAllTextAsync(_workplace["file.txt"], text);
        await OrasAsync("push", reference, "file.txt:text/plain");
        return reference;
    }

    private string NewReference() => $"{_registry.Client.Authority}/{_registry.NewRepository().Name}:v1";

    private async Task<IEnumerable<string>> DiscoverAsync(string reference) => JsonNode.Parse(
        await OrasAsync("discover", "--format", "json", reference))!["referrers"]!.AsArray().Select(one => (string)one!["artifactType"]!);

    private Task<string> OrasAsync(string command, params IEnumerable<string> arguments) =>
        _workplace.RunAsync("oras", [command, "--plain-http", .. arguments]);
}

[Collection(nameof(OnSqlite))]
public sealed class OrasTestsOnSqlite(OnSqlite registry) : OrasTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class OrasTestsOnPostgres(OnPostgres registry) : OrasTests(registry);
