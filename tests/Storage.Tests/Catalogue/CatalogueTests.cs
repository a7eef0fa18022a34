namespace OrleansRegistry.Storage.Tests;

/// <summary>A suite on the catalogue's ports: two nodes that share a database and a directory.</summary>
public abstract class CatalogueTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("registry-catalogue-").FullName;
    private readonly Lazy<CatalogueNode> _node, _other;
    private IDatabase? _otherDatabase;

    protected CatalogueTests(Engine engine)
    {
        Engine = engine;
        _node = new(() => Start(engine.Database));
        _other = new(() => Start(_otherDatabase = engine.Open()));
    }

    private protected Engine Engine { get; }

    private protected CatalogueNode Node => _node.Value;

    /// <summary>A second node, with a database handle and files of its own.</summary>
    private protected CatalogueNode Other => _other.Value;

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _otherDatabase?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }

    private CatalogueNode Start(IDatabase database)
    {
        Engine.SkipIfAbsent();
        return new(database, new DataDirectory(_directory));
    }

    private protected Task<long> CountAsync(string condition, params (string Name, object? Value)[] parameters) =>
        Engine.ReadAsync(row => row.Int64(0), $"select count(*) from {condition}", parameters);
}
