using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management.Tests;

/// <summary>Two nodes whose gate is the rule of a test.</summary>
public abstract class GatedRegistry(Engine engine) : IAsyncLifetime
{
    private HostedRegistry? _registry;

    public Rule Rule { get; } = new();

    /// <summary>Both nodes; asking for them skips the test where there is no database.</summary>
    public IReadOnlyList<HttpClient> Nodes
    {
        get
        {
            engine.SkipIfAbsent();
            return _registry!.Nodes;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await engine.InitializeAsync();
        if (engine.IsThere)
            _registry = await HostedRegistry.StartAsync(
                engine, services => services.AddSingleton<ISignatureGate>(Rule), nodes: 2);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_registry is not null)
            await _registry.DisposeAsync();
        await engine.DisposeAsync();
    }
}

public sealed class GatedOnSqlite() : GatedRegistry(new SqliteEngine());

public sealed class GatedOnPostgres() : GatedRegistry(new PostgresEngine());
