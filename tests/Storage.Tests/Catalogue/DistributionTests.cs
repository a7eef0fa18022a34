using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Base paths and what they serve.</summary>
public abstract class DistributionTests(Engine engine) : CatalogueTests(engine)
{
    [Fact]
    public async Task A_base_path_that_nobody_bound_serves_nothing()
    {
        Assert.Null(await Node.Distributions.FindAsync(NewName()));
        Assert.Null(await Node.Distributions.FindAsync(RepositoryName.Parse("never/bound")));
    }

    [Fact]
    public async Task A_first_push_makes_a_repository_at_version_0_and_later_ones_find_it()
    {
        var name = NewName();
        var made = await Node.Distributions.GetOrCreateAsync(name);
        Assert.Null(made.PinnedVersion);
        Assert.Equal(0, (await Node.LatestAsync(made.Repository)).Number);
        Assert.Equal(made, await Other.Distributions.GetOrCreateAsync(name));
        Assert.Equal(made, await Other.Distributions.FindAsync(name));
    }

    [Fact]
    public async Task A_name_is_not_bound_to_a_version_that_was_deleted()
    {
        var bound = await Node.Distributions.GetOrCreateAsync(NewName());
        var settings = new DistributionSettingsStore(Engine.Database, TimeProvider.System);
        var wanted = new DistributionSettings(NewName().ToString(), NewName().ToString(), bound.Repository, 1, false, false, null, new Labels());
        await Assert.ThrowsAsync<ProblemException>(() => settings.CreateAsync(Guid.NewGuid(), wanted, CancellationToken.None));
        Assert.Null(await Node.Distributions.FindAsync(RepositoryName.Parse(wanted.BasePath)));

        var id = Guid.NewGuid();
        await settings.CreateAsync(id, wanted with { PinnedVersion = 0 }, CancellationToken.None);
        await Assert.ThrowsAsync<ProblemException>(
            () => settings.UpdateAsync(id, wanted with { PinnedVersion = 0 }, wanted, CancellationToken.None));
        Assert.Equal(0, (await Node.Distributions.FindAsync(RepositoryName.Parse(wanted.BasePath)))?.PinnedVersion);
    }

    [Fact]
    public async Task First_pushes_at_once_agree_on_one_repository()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = NewName();
            var bindings = await Task.WhenAll(Enumerable.Range(0, 8).Select(place => Task.Run(
                () => (place % 2 == 0 ? Node : Other).Distributions.GetOrCreateAsync(name))));
            var binding = Assert.Single(bindings.Distinct());
            Assert.Equal(1, await CountAsync(
                "repository_version where repository_id = @id", ("id", binding.Repository)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_never_adopts_a_repository_of_its_name(bool isServedElsewhere)
    {
        var name = NewName();
        var owned = await Repositories.CreateAsync(Settings(name.ToString()), default);
        if (isServedElsewhere)
            await Bindings.CreateAsync(Guid.NewGuid(), Serving(NewName(), owned), default);

        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Distributions.GetOrCreateAsync(name));
        Assert.Equal((ProblemKind.Denied, name.ToString()), (refusal.Problem.Kind, refusal.Problem.Subject));
        Assert.Contains("administrator", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await Other.Distributions.FindAsync(name));
        Assert.Equal(1, await CountAsync("repository where name = @name", ("name", name.ToString())));
    }

    [Fact]
    public async Task A_repository_that_its_distribution_left_behind_is_not_adopted_either()
    {
        var name = NewName();
        var made = await Node.Distributions.GetOrCreateAsync(name);
        await Engine.RunAsync("delete from distribution where base_path = @path", ("path", name.ToString()));
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Distributions.GetOrCreateAsync(name));
        Assert.Equal(ProblemKind.Denied, refusal.Problem.Kind);

        await Bindings.CreateAsync(Guid.NewGuid(), Serving(name, made.Repository), default);
        Assert.Equal(made, await Node.Distributions.GetOrCreateAsync(name));
    }

    [Fact]
    public async Task A_refused_push_leaves_nothing_behind()
    {
        var (name, elsewhere) = (NewName(), NewName());
        await Bindings.CreateAsync(Guid.NewGuid(), Serving(elsewhere, null) with { Name = name.ToString() }, default);
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Distributions.GetOrCreateAsync(name));
        Assert.Equal(ProblemKind.Denied, refusal.Problem.Kind);
        Assert.Equal(0, await CountAsync("repository where name = @name", ("name", name.ToString())));
    }

    [Fact]
    public async Task Pushes_and_a_creation_by_REST_at_once_never_share_a_repository()
    {
        for (var round = 0; round < 20; round++)
        {
            var name = NewName();
            var creation = Task.Run(async () => (Guid?)await Repositories.CreateAsync(Settings(name.ToString()), default));
            var pushes = Enumerable.Range(0, 4).Select(place => Task.Run<Guid?>(async () =>
                (await (place % 2 == 0 ? Node : Other).Distributions.GetOrCreateAsync(name)).Repository)).ToList();
            var created = await AnswerAsync(creation, ProblemKind.NameTaken);
            var pushed = await Task.WhenAll(pushes.Select(push => AnswerAsync(push, ProblemKind.Denied)));
            Assert.Single(pushed.Distinct());
            Assert.NotEqual(created is null, pushed[0] is null);
        }
    }

    [Fact]
    public async Task A_distribution_of_that_name_that_serves_nothing_cannot_be_pushed_to()
    {
        var name = NewName();
        await Node.Distributions.GetOrCreateAsync(name);
        await Engine.RunAsync(
            "update distribution set repository_id = null where base_path = @path", ("path", name.ToString()));
        Assert.Null(await Node.Distributions.FindAsync(name));
        var refusal = await Assert.ThrowsAsync<ProblemException>(() => Node.Distributions.GetOrCreateAsync(name));
        Assert.Equal((ProblemKind.NameUnknown, name.ToString()), (refusal.Problem.Kind, refusal.Problem.Subject));
    }

    [Fact]
    public async Task A_pinned_version_is_part_of_the_binding()
    {
        var name = NewName();
        var made = await Node.Distributions.GetOrCreateAsync(name);
        await Engine.RunAsync(
            "update distribution set pinned_version = 0 where base_path = @path", ("path", name.ToString()));
        Assert.Equal(new Binding(made.Repository, 0), await Node.Distributions.FindAsync(name));
        Assert.Equal(new Binding(made.Repository, 0), await Node.Distributions.GetOrCreateAsync(name));
    }

    [Fact]
    public async Task Base_paths_are_listed_in_byte_order_page_by_page()
    {
        var parent = $"list{Guid.NewGuid():N}";
        string[] children = ["a", "a-b", "a/b", "a.b", "ab", "b", "0", "z_z"];
        foreach (var child in children)
        {
            var binding = await Node.Distributions.GetOrCreateAsync(RepositoryName.Parse($"{parent}/{child}"));
            await Node.PushAsync(binding.Repository, Images.Image(child), [child]);
        }

        // Nothing was ever pushed to this one.
        await Node.Distributions.GetOrCreateAsync(RepositoryName.Parse($"{parent}/empty"));

        var seen = new List<string>();
        var last = $"{parent}/";
        while (true)
        {
            var page = (await Node.Distributions.ListAsync(last, 3, Everybody))
                .TakeWhile(path => path.StartsWith($"{parent}/", StringComparison.Ordinal)).ToList();
            if (page.Count == 0)
                break;
            seen.AddRange(page);
            last = seen[^1];
        }

        Assert.Equal(children.Select(child => $"{parent}/{child}").Order(StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task Names_that_are_private_are_listed_to_those_who_see_all_and_in_ones_own_namespace()
    {
        var own = $"own{Guid.NewGuid():N}";
        foreach (var (child, isPrivate) in new[] { ("closed", true), ("open", false) })
        {
            var binding = await Node.Distributions.GetOrCreateAsync(RepositoryName.Parse($"{own}/{child}"), isPrivate);
            await Node.PushAsync(binding.Repository, Images.Image(child), [child]);
        }

        Task<IReadOnlyList<string>> SeenBy(CatalogReader reader) => Node.Distributions.ListAsync($"{own}/", 2, reader);
        Assert.Equal([$"{own}/closed", $"{own}/open"], await SeenBy(Everybody));
        Assert.Equal([$"{own}/closed", $"{own}/open"], await SeenBy(new(false, own)));
        Assert.Equal($"{own}/open", (await SeenBy(new(false, "")))[0]);
    }

    private RepositoryStore Repositories => new(Engine.Database, TimeProvider.System);

    private DistributionSettingsStore Bindings => new(Engine.Database, TimeProvider.System);

    private static RepositorySettings Settings(string name) => new(name, null, null, null, null, new Labels());

    private static DistributionSettings Serving(RepositoryName path, Guid? repository) =>
        new(path.ToString(), path.ToString(), repository, null, false, false, null, new Labels());

    // The answer, or null where it was refused as expected.
    private static async Task<Guid?> AnswerAsync(Task<Guid?> call, ProblemKind refusal)
    {
        try
        {
            return await call;
        }
        catch (ProblemException refused)
        {
            Assert.Equal(refusal, refused.Problem.Kind);
            return null;
        }
    }

    private static CatalogReader Everybody { get; } = new(SeesAll: true, "");

    private static RepositoryName NewName() => RepositoryName.Parse($"team/{Guid.NewGuid():N}");

    public sealed class OnPostgres(PostgresEngine engine) : DistributionTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : DistributionTests(engine), IClassFixture<SqliteEngine>;
}
