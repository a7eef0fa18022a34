using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>Two nodes as they are, one catalogue.</summary>
public abstract class RevokingRegistry(Engine engine) : IAsyncLifetime
{
    private HostedRegistry? _registry;

    private protected Engine Engine => engine;

    /// <summary>Both nodes; asking for them skips the test where there is no database.</summary>
    public IReadOnlyList<HttpClient> Nodes
    {
        get
        {
            engine.SkipIfAbsent();
            return _registry!.Nodes;
        }
    }

    /// <summary>Their catalogue, for what no client can bring about.</summary>
    public IDatabase Catalogue => engine.Database;

    public async ValueTask InitializeAsync()
    {
        await engine.InitializeAsync();
        if (engine.IsThere)
            _registry = await HostedRegistry.StartAsync(engine, Replace, nodes: 2);
    }

    /// <summary>What is to be another service than the usual one.</summary>
    private protected virtual void Replace(IServiceCollection services)
    {
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_registry is not null)
            await _registry.DisposeAsync();
        await engine.DisposeAsync();
    }
}

public sealed class RevokingOnSqlite() : RevokingRegistry(new SqliteEngine());

public sealed class RevokingOnPostgres() : RevokingRegistry(new PostgresEngine());
