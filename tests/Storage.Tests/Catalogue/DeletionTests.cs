using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage.Tests;

/// <summary>What is deleted is gone at once, in bounded steps, and whoever counted on it meanwhile is told.</summary>
public abstract class DeletionTests(Engine engine) : CatalogueTests(engine)
{
    private const int Rows = 4500;

    [Fact]
    public async Task A_deleted_repository_is_gone_at_once_and_what_it_held_goes_in_slices()
    {
        var repository = await CreateBigAsync();
        var other = await CreateBigAsync();
        await Node.Repositories.DeleteAsync(repository);
        Assert.Null(await Node.Versions.FindLatestAsync(repository));
        Assert.False(await Node.History.ExistsAsync(repository, 0));
        Assert.Equal(Rows, await HeldByAsync(repository));

        var slices = 1;
        for (var held = Rows + 0L; await Node.Repositories.SweepAsync(repository); slices++)
        {
            var left = await HeldByAsync(repository);
            Assert.InRange(held - left, 1, 2000);
            held = left;
        }

        Assert.Equal(3, slices);
        Assert.False(await Node.Repositories.SweepAsync(repository));
        Assert.Equal(0, await HeldByAsync(repository));
        Assert.Equal(0, await CountAsync("repository_version where repository_id = @id", ("id", repository)));
        Assert.Equal(0, await CountAsync("deleted_repository where id = @id", ("id", repository)));
        Assert.Equal(Rows, await HeldByAsync(other));
    }

    [Fact]
    public async Task Several_who_sweep_at_once_leave_nothing_behind()
    {
        var repository = await CreateBigAsync();
        await Node.Repositories.DeleteAsync(repository);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (await Node.Repositories.SweepAsync(repository))
                continue;
        })));
        Assert.Equal(0, await HeldByAsync(repository));
        Assert.Equal(0, await CountAsync("deleted_repository where id = @id", ("id", repository)));
    }

    [Fact]
    public async Task The_name_of_a_deleted_repository_is_free_at_once()
    {
        var name = NewName();
        var first = await Node.Distributions.GetOrCreateAsync(name);
        await Node.Repositories.DeleteAsync(first.Repository);
        var again = await Node.Repositories.CreateAsync(Named(name.ToString()));
        Assert.NotEqual(first.Repository, again);
        while (await Node.Repositories.SweepAsync(first.Repository))
            continue;
        Assert.Equal(0, (await Node.LatestAsync(again)).Number);
    }

    [Fact]
    public async Task A_change_of_a_deleted_repository_is_not_appended_to_what_is_left_of_it()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushBlobAsync(repository, "image");
        var head = await Node.LatestAsync(repository);
        var draft = await Node.PlanAsync(repository, new PutManifest(Images.Image("image"), Images.Tags("latest")));
        await Node.Repositories.DeleteAsync(repository);
        Assert.Null(await Node.Versions.TryAppendAsync(repository, head, [draft]));
        Assert.Equal(0, await HeldByAsync(repository));
    }

    [Fact]
    public async Task A_distribution_that_comes_while_another_goes_keeps_its_repository()
    {
        for (var round = 0; round < 40; round++)
        {
            var name = NewName();
            var bound = await Node.Distributions.GetOrCreateAsync(name);
            var old = await Engine.ReadAsync(
                row => row.Guid(0), "select id from distribution where base_path = @path", ("path", name.ToString()));
            var wanted = Serving(NewName(), bound.Repository);
            var comes = Task.Run(() => CreatedAsync(wanted));
            var goes = Task.Run(() => Node.Settings.DeleteAsync(old, CancellationToken.None));
            if (await comes)
                Assert.Equal(
                    bound.Repository,
                    (await Node.Distributions.FindAsync(RepositoryName.Parse(wanted.BasePath)))?.Repository);
            Assert.Equal(await comes ? null : bound.Repository, (await goes)!.Repository);
        }
    }

    [Fact]
    public async Task What_refers_to_something_deleted_meanwhile_is_refused()
    {
        Engine.SkipIfAbsent();
        var gone = Guid.NewGuid();
        Assert.Equal(
            ProblemKind.Outdated,
            await RefusedAsync(() => Node.Settings.CreateAsync(Guid.NewGuid(), Serving(NewName(), gone), default)));
        Assert.Equal(
            ProblemKind.Outdated,
            await RefusedAsync(() => Node.Repositories.CreateAsync(Named(NewName().ToString()) with { Remote = gone })));
        var named = Named(NewName().ToString());
        var there = await Node.Repositories.CreateAsync(named);
        Assert.Equal(
            ProblemKind.Outdated,
            await RefusedAsync(() => Node.Repositories.UpdateAsync(there, named, named with { SigningService = gone })));
    }

    [Fact]
    public async Task A_blob_that_arrives_after_its_repository_went_is_refused()
    {
        var (source, repository) = (await Node.CreateRepositoryAsync(), await Node.CreateRepositoryAsync());
        var blob = await Node.PushBlobAsync(source, "blob");
        var upload = await Node.UploadAsync(repository, "late");
        await Node.Repositories.DeleteAsync(repository);
        Assert.Equal(ProblemKind.NameUnknown, await RefusedAsync(() => Node.Blobs.AdmitAsync(upload)));
        Assert.Equal(
            ProblemKind.NameUnknown, await RefusedAsync(() => Node.Blobs.MountAsync(source, repository, blob)));
    }

    [Theory]
    [InlineData(ResourceKind.Repository)]
    [InlineData(ResourceKind.Remote)]
    [InlineData(ResourceKind.Distribution)]
    [InlineData(ResourceKind.Manifest)]
    public async Task A_label_on_what_was_deleted_meanwhile_is_refused_and_leaves_no_trace(ResourceKind kind)
    {
        Engine.SkipIfAbsent();
        var gone = Guid.NewGuid();
        Assert.Equal(
            ProblemKind.NameUnknown,
            await RefusedAsync(() => Node.Labels.SetAsync(new(kind, gone), "key", "value", default)));
        Assert.Equal(0, await CountAsync("resource_label where resource_id = @id", ("id", gone)));
    }

    [Fact]
    public async Task Labels_that_are_replaced_and_set_at_once_break_nothing()
    {
        var before = Named(NewName().ToString());
        var id = await Node.Repositories.CreateAsync(before);
        for (var round = 0; round < 30; round++)
        {
            var after = before with { Labels = new Labels { ["key"] = round.ToString() } };
            await Task.WhenAll(
                Task.Run(() => Node.Repositories.UpdateAsync(id, before, after)),
                Task.Run(() => Node.Labels.SetAsync(new(ResourceKind.Repository, id), "key", "set", default)),
                Task.Run(() => Node.Repositories.UpdateAsync(id, before, after)));
            before = after;
        }

        Assert.Equal(1, await CountAsync("resource_label where resource_id = @id", ("id", id)));
    }

    [Fact]
    public async Task Manifests_of_an_earlier_schema_are_described_some_at_a_time()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushBlobAsync(repository, "image");
        await Node.CommitAsync(repository, new PutManifest(Images.Image("image"), Images.Tags("latest")));
        var copies = Enumerable.Range(0, 150).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var id in copies)
        {
            await Engine.RunAsync(
                """
                insert into content (id, kind, key, created_at, touched_at)
                select @id, 2, @key, created_at, touched_at from content where key = @digest
                """,
                ("id", id), ("key", $"sha256:{id:N}"), ("digest", Images.Image("image").Digest.ToString()));
            await Engine.RunAsync(
                """
                insert into manifest (content_id, digest, media_type, size, bytes)
                select @id, @key, media_type, size, bytes from manifest where digest = @digest
                """,
                ("id", id), ("key", $"sha256:{id:N}"), ("digest", Images.Image("image").Digest.ToString()));
        }

        var describer = new ManifestDescriber(Engine.Database, new BlobFiles(Node.Data), new NoKeys());
        Assert.True(await describer.DescribeSomeAsync(CancellationToken.None));
        Assert.False(await describer.DescribeSomeAsync(CancellationToken.None));
        Assert.Equal(0, await CountAsync("manifest where described = @no", ("no", false)));
    }

    private async Task<bool> CreatedAsync(DistributionSettings wanted)
    {
        try
        {
            await Node.Settings.CreateAsync(Guid.NewGuid(), wanted, CancellationToken.None);
            return true;
        }
        catch (ProblemException)
        {
            return false; // the repository was gone already
        }
    }

    private static async Task<ProblemKind> RefusedAsync(Func<Task> work) =>
        (await Assert.ThrowsAsync<ProblemException>(work)).Problem.Kind;

    /// <summary>A repository with many units in a version that nobody made.</summary>
    private async Task<Guid> CreateBigAsync()
    {
        var repository = await Node.CreateRepositoryAsync();
        await Node.PushBlobAsync(repository, "layer");
        await Engine.RunAsync(
            $"""
            insert into repository_content (repository_id, kind, key, content_id, version_added)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < {Rows})
            select @repository, 1, 'key-' || n.i, c.id, 1 from n cross join content c where c.kind = 1 and c.key = @blob
            """,
            ("repository", repository), ("blob", Images.DigestOf("layer").ToString()));
        return repository;
    }

    private Task<long> HeldByAsync(Guid repository) =>
        CountAsync("repository_content where repository_id = @id", ("id", repository));

    private static RepositorySettings Named(string name) => new(name, null, null, null, null, new Labels());

    private static DistributionSettings Serving(RepositoryName name, Guid repository) =>
        new(name.ToString(), name.ToString(), repository, null, false, false, null, new Labels());

    private static RepositoryName NewName() => RepositoryName.Parse($"team/{Guid.NewGuid():N}");

    public sealed class OnPostgres(PostgresEngine engine) : DeletionTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : DeletionTests(engine), IClassFixture<SqliteEngine>;
}
