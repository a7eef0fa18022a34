using System.Globalization;
using System.Text.Json.Nodes;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>The list of pulls with all its filters.</summary>
public abstract class PullFilterTests(Server server) : Scenario(server)
{
    private static readonly byte[] Key = System.Security.Cryptography.RandomNumberGenerator.GetBytes(20);
    private static readonly SemaphoreSlim Once = new(1);
    private static readonly Dictionary<Type, Dictionary<string, string>> Made = [];

    // Of the two images of {name}: signed was pulled by alice on two days and by nobody from elsewhere, the other one once.
    [Theory]
    [InlineData("", 4)]
    [InlineData("image={signed}", 3)]
    [InlineData("image={other}", 1)]
    [InlineData("image=sha256:0", 0)]
    [InlineData("image__in={signed},{other},x", 4)]
    [InlineData("user={alice}", 2)]
    [InlineData("user=/pulp/api/v3/users/{alice_id}/", 2)]
    [InlineData("user=prn:auth.user:{alice_id}", 2)]
    [InlineData("user=/pulp/api/v3/users/00000000-0000-7000-8000-000000000001/", 0)]
    [InlineData("user=null", 2)]
    [InlineData("user=nobody", 0)]
    [InlineData("address=10.0.0.1", 3)]
    [InlineData("address=::ffff:10.0.0.1", 3)]
    [InlineData("address=2001:DB8:0::1", 1)]
    [InlineData("address=somewhere", 0)]
    [InlineData("key={fingerprint}", 3)]
    [InlineData("key={fingerprint_lower}", 3)]
    [InlineData("key={key_id}", 3)]
    [InlineData("key=0123456789ABCDEF", 0)]
    [InlineData("key=0123456789ABCDEF0123456789ABCDEF01234567", 0)]
    [InlineData("day=2026-03-01", 2)]
    [InlineData("day__gte=2026-03-02", 2)]
    [InlineData("day__gt=2026-03-02", 1)]
    [InlineData("day__lte=2026-03-01", 2)]
    [InlineData("day__lt=2026-03-03", 3)]
    [InlineData("day__range=2026-03-02,2026-03-03", 2)]
    [InlineData("q=user={alice} AND NOT day=2026-03-01", 1)]
    public async Task A_filter_lets_through_what_it_names(string filter, int expected)
    {
        var made = await MadeAsync();
        foreach (var repository in new[] { made["name"], made["repository"], made["repository_prn"] })
        {
            var page = await PageAsync($"repository={repository}&{Filled(filter, made)}");
            Assert.Equal(expected, (int)page["count"]!);
        }
    }

    [Fact]
    public async Task The_newest_day_comes_first_and_any_field_orders()
    {
        var made = await MadeAsync();
        Assert.Equal(
            ["2026-03-03", "2026-03-02", "2026-03-01", "2026-03-01"], await ColumnAsync(made, "day", ""));
        Assert.Equal(["1", "1", "2", "7"], await ColumnAsync(made, "count", "&ordering=count"));
        Assert.Equal(["7", "2", "1", "1"], await ColumnAsync(made, "count", "&ordering=-count"));
        foreach (var field in new[] { "day", "image", "repository_name", "username", "address", "first_pulled", "last_pulled" })
            Assert.Equal(4, (await ColumnAsync(made, "day", $"&ordering={field}")).Count);
        Assert.Equal(["2026-03-02", "2026-03-01"], await ColumnAsync(made, "day", "&limit=2&offset=1"));
    }

    [Theory]
    [InlineData("key=4711", 400)]
    [InlineData("key=0123456789ABCDEX", 400)]
    [InlineData("day=yesterday", 400)]
    [InlineData("image=a%00", 400)]
    [InlineData("nonsense=1", 400)]
    [InlineData("ordering=nonsense", 400)]
    public async Task What_no_filter_takes_is_refused(string query, int status)
    {
        using var answer = await Http.GetAsync($"/pulp/api/v3/pulls/?{query}");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_client_knows_the_list()
    {
        var made = await MadeAsync();
        Assert.Equal(4, (await Pulp.ListAsync("pulls", null, ("repository", made["name"]))).Count);
    }

    private async Task<IReadOnlyList<string>> ColumnAsync(Dictionary<string, string> made, string field, string query) =>
        [.. (await PageAsync($"repository={made["name"]}{query}"))["results"]!.AsArray().Select(row => row![field]!.ToString())];

    private async Task<JsonNode> PageAsync(string query) =>
        JsonNode.Parse(await Http.GetStringAsync($"/pulp/api/v3/pulls/?{query}"))!;

    private static string Filled(string filter, Dictionary<string, string> made)
    {
        foreach (var (name, value) in made)
            filter = filter.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return filter;
    }

    private async Task<Dictionary<string, string>> MadeAsync()
    {
        await Once.WaitAsync();
        try
        {
            if (!Made.TryGetValue(GetType(), out var made))
                Made.Add(GetType(), made = await MakeAsync());
            return made;
        }
        finally
        {
            Once.Release();
        }
    }

    private async Task<Dictionary<string, string>> MakeAsync()
    {
        var name = Unique("pulled");
        var signed = await Push.ImageAsync(Http, name, "signed", Unique("layer"));
        await Push.SignatureAsync(Http, name, signed, Openpgp.Sign(signed, key: Key));
        var other = await Push.ImageAsync(Http, name, "other", Unique("layer"));
        await Push.SignatureAsync(Http, name, other);
        var repository = await RepositoryOfAsync(name);
        var id = Guid.Parse(repository.Split('/')[^2]);
        var alice = new Caller(Guid.CreateVersion7(), Unique("alice"), Role.Reader);

        await using var catalogue = Server.OpenCatalogue();
        var store = new PullStore(catalogue, TimeProvider.System);
        await store.AddAsync(
        [
            Entry(signed, alice, "10.0.0.1", "2026-03-01") with { Count = 7 },
            Entry(signed, alice, "10.0.0.1", "2026-03-02"),
            Entry(signed, Caller.Anonymous, "2001:db8::1", "2026-03-03") with { Count = 2 },
            Entry(other, Caller.Anonymous, "::ffff:10.0.0.1", "2026-03-01"),
        ], CancellationToken.None);
        return new()
        {
            ["name"] = name,
            ["repository"] = repository,
            ["repository_prn"] = $"prn:container.containerrepository:{id}",
            ["signed"] = signed,
            ["other"] = other,
            ["alice"] = alice.Name,
            ["alice_id"] = $"{alice.User}",
            ["fingerprint"] = Convert.ToHexString(Key),
            ["fingerprint_lower"] = Convert.ToHexStringLower(Key),
            ["key_id"] = Convert.ToHexString(Key[12..]),
        };

        PullEntry Entry(string image, Caller caller, string address, string day) => PullEntry.Of(
            new(Digest.Parse(image), id, RepositoryName.Parse(name), null, caller, System.Net.IPAddress.Parse(address)),
            DateTimeOffset.Parse($"{day}T12:00:00Z", CultureInfo.InvariantCulture));
    }
}

public sealed class PullFilterTestsOnSqlite(SqliteServer server) : PullFilterTests(server);

public sealed class PullFilterTestsOnPostgres(PostgresServer server) : PullFilterTests(server);
