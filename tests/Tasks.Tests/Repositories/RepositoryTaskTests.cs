using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Actions on repositories, asked for as tasks.</summary>
public abstract class RepositoryTaskTests(TaskCluster cluster)
{
    private static TaskRequest Change(Guid repository, RepositoryChange change) =>
        RepositoryTasks.Change(repository, change);

    private readonly World _world = new(cluster);

    [Fact]
    public async Task A_task_names_the_version_that_it_made_and_a_new_tag_before_it()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var name = Tag.Parse($"t{Guid.NewGuid():N}");
        var tagged = await EndOfAsync(Change(repository, new TagManifest(name, World.DigestOf("A"))));
        var version = await cluster.Grains.Repository(repository).GetHeadAsync();
        Assert.Equal(2, tagged.Created.Count);
        Assert.Equal(ResourceKind.Tag, tagged.Created[0].Resource.Kind);
        Assert.Equal(ResourceReference.Version(repository, version), tagged.Created[1].Resource);

        var untagged = await EndOfAsync(Change(repository, new Untag(name)));
        Assert.Equal([ResourceReference.Version(repository, version + 1)], untagged.Created.Select(made => made.Resource));

        // The tag as such is known by now: only the version is new.
        var again = await EndOfAsync(Change(repository, new TagManifest(name, World.DigestOf("A"))));
        Assert.Equal([ResourceReference.Version(repository, version + 2)], again.Created.Select(made => made.Resource));
    }

    [Fact]
    public async Task A_task_without_effect_completes_and_names_no_version()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var task = await EndOfAsync(Change(repository, new RemoveContent(await _world.IdsAsync("A"))));
        Assert.Equal((TaskState.Completed, 0), (task.State, task.Created.Count));
    }

    [Fact]
    public async Task A_refusal_is_the_error_of_the_task()
    {
        var repository = await _world.CreateEmptyAsync();
        var task = await EndOfAsync(Change(repository, new TagManifest(Tag.Parse("t"), World.DigestOf("A"))));
        Assert.Equal(TaskState.Failed, task.State);
        Assert.Equal("The repository does not hold that manifest.", task.Error!.Description);
    }

    [Fact]
    public async Task Every_kind_of_task_on_a_repository_is_handled()
    {
        var source = await _world.CreateFullAsync("a=A i=I");
        var repository = await _world.CreateEmptyAsync();
        foreach (var request in (TaskRequest[])
        [
            Change(repository, new CopyContent(source, null, new(true, ["a"], null, WithSignatures: true))),
            Change(repository, new CopyContent(source, null, new(false, [], null, WithSignatures: false))),
            Change(repository, new AddContent(await _world.IdsAsync("sI"))),
            Change(repository, new ModifyContent([], await _world.IdsAsync("x"))),
            Change(repository, new RemoveSignatures(Key: World.KeyOfA)),
            Change(repository, new RemoveManifest(World.DigestOf("I"))),
            Change(repository, new RollBack(1)),
            RepositoryTasks.DeleteVersion(repository, 1),
            PurgeTask.Request(DateTimeOffset.UnixEpoch, [TaskState.Completed]),
        ])
        {
            var task = await EndOfAsync(request);
            Assert.True(task.State is TaskState.Completed, $"{request.Kind}: {task.Error?.Description}");
        }

        Assert.Equal("A a=A ca la s sA", await _world.HoldsAsync(repository));
    }

    [Fact]
    public async Task A_repair_names_blobs_whose_bytes_are_gone_or_altered()
    {
        var repository = await _world.CreateFullAsync("i=I");
        var version = await cluster.Grains.Repository(repository).GetHeadAsync();
        await WriteAsync("ca", "ca");
        await WriteAsync("la", "something else");
        var task = await EndOfAsync(RepositoryTasks.Repair(repository, version));
        Assert.Equal(TaskState.Completed, task.State);
        Assert.Contains(Digest.Sha256("la"u8).ToString(), task.Result);
        Assert.DoesNotContain(Digest.Sha256("ca"u8).ToString(), task.Result);
        Assert.Equal(
            [("repair.missing", 4), ("repair.corrupted", 1), ("repair.repaired", 0)],
            task.Progress.Select(report => (report.Code, report.Done)));
    }

    [Fact]
    public async Task A_purge_forgets_finished_tasks_and_no_others()
    {
        var act = Guid.NewGuid().ToString("N");
        cluster.Stage.Release(act);
        var done = await cluster.ActAsync(act);
        await cluster.EndOfAsync(done);
        var going = await cluster.ActAsync($"{act}-2");
        await cluster.Stage[$"{act}-2"].Begins;
        var purge = await EndOfAsync(PurgeTask.Request(DateTimeOffset.UtcNow, [TaskState.Completed]));
        Assert.Equal("purge.tasks.total", Assert.Single(purge.Progress).Code);
        Assert.Null(await cluster.Reader.FindAsync(done));
        Assert.NotNull(await cluster.Reader.FindAsync(going));
        cluster.Stage.Release($"{act}-2");
    }

    private async Task<TaskRecord> EndOfAsync(TaskRequest request) =>
        await cluster.EndOfAsync(await cluster.Tasks.DispatchAsync(request));

    private Task WriteAsync(string blob, string bytes)
    {
        var path = cluster.Data.PathOf(Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(blob)));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.WriteAllTextAsync(path, bytes);
    }

    public sealed class OnPostgres(PostgresCluster cluster) : RepositoryTaskTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : RepositoryTaskTests(cluster), IClassFixture<SqliteCluster>;
}
