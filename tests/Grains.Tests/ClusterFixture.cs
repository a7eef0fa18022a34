
namespace OrleansRegistry.Grains.Tests;

/// <summary>A cluster of two nodes on a database of its own, shared by the tests of a class.</summary>
public abstract class ClusterFixture(Engine engine) : IAsyncLifetime
{
    private RegistryCluster? _cluster;

    public Engine Engine { get; } = engine;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("registry-grains-").FullName;

    internal RegistryCluster Cluster
    {
        get
        {
            Engine.SkipIfAbsent();
            return _cluster ?? throw new InvalidOperationException("The cluster was not started.");
        }
    }

    /// <summary>Another cluster on the same database and directory: it knows nothing of the first.</summary>
    internal Task<RegistryCluster> StartAnotherAsync(short nodes = 1, bool withReferrers = true)
    {
        Engine.SkipIfAbsent();
        return RegistryCluster.StartAsync(Engine, Folder, nodes, withReferrers);
    }

    public async ValueTask InitializeAsync()
    {
        await Engine.InitializeAsync();
        var absent = Engine is PostgresEngine { ConnectionString: "" };
        if (!absent)
            _cluster = await RegistryCluster.StartAsync(Engine, Folder);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        await Engine.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

public sealed class PostgresCluster() : ClusterFixture(new PostgresEngine());

public sealed class SqliteCluster() : ClusterFixture(new SqliteEngine());
