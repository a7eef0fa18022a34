using System.Net;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage.Tests;

/// <summary>The journal of pulls in the catalogue.</summary>
public abstract class PullStoreTests(Engine engine) : CatalogueTests(engine)
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 3, 1);

    private readonly string _own = Guid.NewGuid().ToString("N");
    private readonly Guid _repository = Guid.NewGuid();

    private PullStore Store => StoreOf(Engine.Database);

    [Fact]
    public async Task Pulls_of_a_day_are_one_row_and_the_last_one_says_how_things_were_called()
    {
        Engine.SkipIfAbsent();
        var alice = Guid.NewGuid();
        await AddAsync(Pull("image", Morning.AddHours(2), "team/app", "v2", new(alice, "alice", Role.Reader)));
        await AddAsync(Pull("image", Morning.AddHours(4), "team/new", null, new(alice, "alicia", Role.Reader)));
        await AddAsync(Pull("image", Morning, "team/old", "v1", new(alice, "al", Role.Reader)));

        var row = Assert.Single(await ReadAsync("image"));
        Assert.Equal(
            (3L, Morning, Morning.AddHours(4), "team/new", "team/new", "v2", "alicia", "10.0.0.1", Day),
            (row.Count, row.First, row.Last, row.Name, row.RepositoryName, row.Tag?.ToString(), row.UserName, row.Address, row.Day));
        Assert.Equal((_repository, (Guid?)alice), (row.Repository, row.User));
    }

    [Fact]
    public async Task Nobody_in_particular_has_no_user_and_no_name()
    {
        Engine.SkipIfAbsent();
        await AddAsync(Pull("image", Morning), Pull("image", Morning.AddDays(1)));
        await AddAsync(Pull("image", Morning));
        var rows = await ReadAsync("image");
        Assert.Equal([2L, 1L], rows.OrderBy(row => row.Day).Select(row => row.Count));
        Assert.All(rows, row => Assert.Equal((null, "", null), (row.User, row.UserName, row.Tag)));
    }

    [Fact]
    public async Task A_repository_is_called_what_the_catalogue_calls_it()
    {
        var name = RepositoryName.Parse($"team/{_own}");
        var binding = await Node.Distributions.GetOrCreateAsync(name);
        await AddAsync(Pull("image", Morning, "other/name", repository: binding.Repository));
        var row = Assert.Single(await ReadAsync("image"));
        Assert.Equal((name.ToString(), "other/name"), (row.RepositoryName, row.Name));

        await Node.DropRepositoryAsync(binding.Repository);
        Assert.Equal(row, Assert.Single(await ReadAsync("image")));
    }

    [Fact]
    public async Task Two_nodes_that_write_the_same_rows_add_up()
    {
        const int Rows = 200, Times = 5;
        Engine.SkipIfAbsent();
        await using var other = Engine.Open();
        PullEntry[] pulls = [.. Enumerable.Range(0, Rows).Select(image => Pull($"image{image}", Morning))];
        (PullStore Store, PullEntry[] Pulls)[] nodes = [(Store, pulls), (StoreOf(other), [.. pulls.Reverse()])];
        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            for (var time = 0; time < Times; time++)
                await node.Store.AddAsync(node.Pulls, CancellationToken.None);
        })));

        var rows = await ReadAsync([.. pulls.Select(pull => pull.Key.Manifest)]);
        Assert.Equal(Rows, rows.Count);
        Assert.All(rows, row => Assert.Equal(2 * Times, row.Count));
    }

    [Fact]
    public async Task Old_days_leave_slice_by_slice_and_later_ones_stay()
    {
        Engine.SkipIfAbsent();
        var then = Morning.AddYears(-10); // before whatever other tests write
        await AddAsync([.. Enumerable.Range(0, 5).Select(image => Pull($"image{image}", then))]);
        await AddAsync(Pull("image0", then.AddDays(1)));
        var day = DateOnly.FromDateTime(then.UtcDateTime);
        Assert.Equal(3, await Store.ForgetAsync(day, 3, CancellationToken.None));
        Assert.Equal(2, await Store.ForgetAsync(day, 3, CancellationToken.None));
        Assert.Equal(0, await Store.ForgetAsync(day, 3, CancellationToken.None));
        Assert.Equal(day.AddDays(1), Assert.Single(await ReadAsync("image0")).Day);
    }

    [Fact]
    public async Task Who_pulled_some_images_is_read_page_by_page_since_a_day()
    {
        Engine.SkipIfAbsent();
        for (var day = 0; day < 5; day++)
            await AddAsync(Pull("one", Morning.AddDays(day)), Pull("other", Morning.AddDays(day)));
        Digest[] manifests = [DigestOf("one"), DigestOf("other")];

        var read = new List<PullRecord>();
        Guid? after = null;
        for (var page = 1; page <= 3; page++)
        {
            read.AddRange(await Store.ListAsync(manifests, Day.AddDays(2), after, 2, CancellationToken.None));
            Assert.Equal(2 * page, read.Count);
            after = read[^1].Id;
        }

        Assert.Empty(await Store.ListAsync(manifests, Day.AddDays(2), after, 2, CancellationToken.None));
        Assert.Equal(
            [Day.AddDays(2), Day.AddDays(3), Day.AddDays(4)], read.Select(row => row.Day).Distinct().Order());
        Assert.Equal(read.Count, read.Distinct().Count());
    }

    [Fact]
    public async Task Images_may_be_given_by_a_query()
    {
        Engine.SkipIfAbsent();
        await AddAsync(Pull("one", Morning), Pull("other", Morning));
        var rows = await Store.ListAsync(
            new Statement(
                "select p.manifest_digest from pull p where p.manifest_digest = @digest",
                ("digest", DigestOf("one").ToString())),
            DateOnly.MinValue,
            null,
            10,
            CancellationToken.None);
        Assert.Equal(DigestOf("one"), Assert.Single(rows).Manifest);
    }

    private static PullStore StoreOf(IDatabase database) => new(database, TimeProvider.System);

    private Task AddAsync(params PullEntry[] pulls) => Store.AddAsync(pulls, CancellationToken.None);

    private Task<IReadOnlyList<PullRecord>> ReadAsync(params string[] images) =>
        ReadAsync([.. images.Select(DigestOf)]);

    private Task<IReadOnlyList<PullRecord>> ReadAsync(Digest[] manifests) =>
        Store.ListAsync(manifests, DateOnly.MinValue, null, 1000, CancellationToken.None);

    private Digest DigestOf(string image) => Images.DigestOf(_own + image);

    private PullEntry Pull(
        string image, DateTimeOffset at, string name = "team/app", string? tag = null, Caller? caller = null,
        Guid? repository = null) => PullEntry.Of(
            new(
                DigestOf(image), repository ?? _repository, RepositoryName.Parse(name),
                tag is null ? null : Tag.Parse(tag), caller ?? Caller.Anonymous, IPAddress.Parse("10.0.0.1")),
            at);

    public sealed class OnPostgres(PostgresEngine engine) : PullStoreTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : PullStoreTests(engine), IClassFixture<SqliteEngine>;
}
