namespace OrleansRegistry.Conformance;

/// <summary>One server that many tests share: each works in repositories of its own.</summary>
public abstract class RunningRegistry(Engine engine) : IAsyncLifetime
{
    private Site? _site;
    private RegistryProcess? _node;

    internal RegistryClient Client
    {
        get
        {
            if (_node is null)
                Site.RequirePostgres();
            return _node!.Client;
        }
    }

    internal Site Site => _site!;

    internal TestRepository NewRepository() => Client.NewRepository();

    public async ValueTask InitializeAsync()
    {
        if (engine is Engine.Postgres && Environment.GetEnvironmentVariable("REGISTRY_TEST_DB") is null)
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

public sealed class OnSqlite() : RunningRegistry(Engine.Sqlite);

public sealed class OnPostgres() : RunningRegistry(Engine.Postgres);

[CollectionDefinition(nameof(OnSqlite))]
public sealed class SqliteTests : ICollectionFixture<OnSqlite>;

[CollectionDefinition(nameof(OnPostgres))]
public sealed class PostgresTests : ICollectionFixture<OnPostgres>;
