namespace OrleansRegistry.Conformance;

/// <summary>One server that many tests share: each works in repositories of its own.</summary>
public abstract class RunningRegistry(CatalogueOn engine) : IAsyncLifetime
{
    private Site? _site;
    private RegistryProcess? _node;

    internal RegistryProcess Node
    {
        get
        {
            if (_node is null)
                TestDatabase.Require();
            return _node!;
        }
    }

    internal RegistryClient Client => Node.Client;

    internal Site Site => _site!;

    internal TestRepository NewRepository() => Client.NewRepository();

    public async ValueTask InitializeAsync()
    {
        if (engine is CatalogueOn.Postgres && !TestDatabase.IsThere)
            return; // each test says so itself
        _site = await Site.CreateAsync(engine);
        _node = await _site.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class OnSqlite() : RunningRegistry(CatalogueOn.Sqlite);

public sealed class OnPostgres() : RunningRegistry(CatalogueOn.Postgres);

[CollectionDefinition(nameof(OnSqlite))]
public sealed class SqliteTests : ICollectionFixture<OnSqlite>;

[CollectionDefinition(nameof(OnPostgres))]
public sealed class PostgresTests : ICollectionFixture<OnPostgres>;
