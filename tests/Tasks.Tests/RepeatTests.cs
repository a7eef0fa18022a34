using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Namespaces;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Work whose first attempt came as far as the catalogue, and no further.</summary>
public abstract class RepeatTests(TaskCluster cluster)
{
    private readonly RepositoryName _name = RepositoryName.Parse($"n{Guid.NewGuid():N}/app");

    private IServiceProvider Services => cluster.Cluster.GetSiloServiceProvider();

    private IDistributionGrain Served => cluster.Grains.Distribution(_name);

    [Fact]
    public async Task A_distribution_that_is_gone_already_is_served_by_no_grain_any_more()
    {
        var deletion = await PushAsync();
        Assert.NotNull(await Get<IDistributionSettingsStore>().DeleteAsync(deletion.Id));
        Assert.NotNull(await Served.FindAsync()); // nobody has told it

        await RunAsync<DistributionDeletionHandler, DistributionDeletion>(deletion);
        Assert.Null(await Served.FindAsync());
    }

    [Fact]
    public async Task A_namespace_whose_distributions_are_gone_already_serves_none_of_them()
    {
        var deletion = await PushAsync();
        var space = await cluster.Engine.ReadAsync(
            row => row.Guid(0), "select id from namespace where name = @name", ("name", _name.ToString().Split('/')[0]));
        Assert.NotNull(await Get<IDistributionSettingsStore>().DeleteAsync(deletion.Id));
        Assert.True(await Get<INamespaceStore>().DeleteAsync(space));

        await RunAsync<NamespaceDeletionHandler, NamespaceDeletion>(new(space, [deletion]));
        Assert.Null(await Served.FindAsync());
    }

    [Fact]
    public async Task A_repository_that_is_gone_already_leaves_its_name_free_for_the_next_push()
    {
        var deletion = await PushAsync();
        var repository = (Guid)deletion.Repository!;
        await Get<IRepositoryStore>().DeleteAsync(repository);

        await RunAsync<RepositoryDeletionHandler, RepositoryDeletion>(new(repository, [_name.ToString()]));
        Assert.Null(await Served.FindAsync());
    }

    [Fact]
    public async Task An_upload_whose_bytes_are_a_blob_already_becomes_the_artifact()
    {
        cluster.Engine.SkipIfAbsent();
        var bytes = RandomNumberGenerator.GetBytes(100);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var uploads = Get<IChunkedUploads>();
        var upload = await uploads.CreateAsync(bytes.Length);
        await using (var writer = await uploads.OpenAsync(upload.Id, new(0, bytes.Length)))
        {
            await writer.WriteAsync(new MemoryStream(bytes));
            await writer.KeepAsync();
        }

        await Get<IBlobStore>().AdmitAsync(await uploads.SealAsync(upload.Id, sha256));
        var context = await RunAsync<UploadCommitHandler, UploadCommit>(new(upload.Id, sha256));
        Assert.Single(context.Created);
        Assert.Null(await uploads.FindAsync(upload.Id));
    }

    // A push to a new name makes the repository, the distribution and the namespace.
    private async Task<DistributionDeletion> PushAsync()
    {
        var binding = await Served.GetOrCreateAsync();
        var id = await cluster.Engine.ReadAsync(
            row => row.Guid(0), "select id from distribution where base_path = @path", ("path", _name.ToString()));
        return new(id, _name.ToString(), binding.Repository);
    }

    private async Task<TaskContext> RunAsync<THandler, TArguments>(TArguments arguments)
        where THandler : ITaskHandler
    {
        var context = new TaskContext(
            new(Guid.NewGuid(), 2), TaskJson.Write(arguments), null, (_, _) => Task.CompletedTask);
        await ActivatorUtilities.CreateInstance<THandler>(Services)
            .RunAsync(context, TestContext.Current.CancellationToken);
        return context;
    }

    private T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public sealed class OnPostgres(PostgresCluster cluster) : RepeatTests(cluster), IClassFixture<PostgresCluster>;

    public sealed class OnSqlite(SqliteCluster cluster) : RepeatTests(cluster), IClassFixture<SqliteCluster>;
}
