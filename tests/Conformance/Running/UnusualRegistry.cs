namespace OrleansRegistry.Conformance;

/// <summary>Nodes with settings that some tests want and that do not conflict: shared like those with the usual ones.</summary>
public abstract class UnusualRegistry(CatalogueOn engine, int nodes) : IAsyncLifetime
{
    private readonly List<RegistryProcess> _nodes = [];
    private Site? _site;

    internal Site Site
    {
        get
        {
            if (_site is null)
                TestDatabase.Require();
            return _site!;
        }
    }

    /// <summary>One new repository, as each node serves it.</summary>
    internal TestRepository[] NewRepository()
    {
        var name = Site is not null ? _nodes[0].Client.NewRepository().Name : "";
        return [.. _nodes.Select(node => new TestRepository(node.Client, name))];
    }

    public async ValueTask InitializeAsync()
    {
        if (engine is CatalogueOn.Postgres && !TestDatabase.IsThere)
            return; // each test says so itself
        _site = await OrleansRegistry.Testing.Site.CreateAsync(engine);
        while (_nodes.Count < nodes)
            _nodes.Add(await _site.StartAsync("--Signatures:MostPerImage=2000", "--Removal:WithReferrers=false"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class UnusualOnSqlite() : UnusualRegistry(CatalogueOn.Sqlite, nodes: 1);

public sealed class UnusualOnPostgres() : UnusualRegistry(CatalogueOn.Postgres, nodes: 2);

[CollectionDefinition(nameof(UnusualOnSqlite))]
public sealed class UnusualSqliteTests : ICollectionFixture<UnusualOnSqlite>;

[CollectionDefinition(nameof(UnusualOnPostgres))]
public sealed class UnusualPostgresTests : ICollectionFixture<UnusualOnPostgres>;
