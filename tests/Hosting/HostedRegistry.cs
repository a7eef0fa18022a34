using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;
using OrleansRegistry.Events;
using OrleansRegistry.Exchange;
using OrleansRegistry.Hosting;
using OrleansRegistry.Management;
using OrleansRegistry.Registry;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Storage;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Testing;

/// <summary>
/// A registry whose nodes answer HTTP from this process, made of what the program is made of; a test may replace any of
/// it. Nobody has to say who he is.
/// </summary>
public sealed class HostedRegistry : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("registry-hosted-").FullName;
    private readonly List<(WebApplication App, IDatabase Database, HttpClient Http)> _nodes = [];

    private HostedRegistry()
    {
    }

    /// <summary>A client for each node.</summary>
    public IReadOnlyList<HttpClient> Nodes => [.. _nodes.Select(node => node.Http)];

    /// <param name="engine">Where the catalogue is; the test is skipped where there is none.</param>
    /// <param name="replace">What of the services of every node is another one.</param>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="watch">What the nodes see in place of the database.</param>
    public static async Task<HostedRegistry> StartAsync(
        Engine engine, Action<IServiceCollection>? replace = null, int nodes = 1, Func<IDatabase, IDatabase>? watch = null)
    {
        engine.SkipIfAbsent();
        var registry = new HostedRegistry();
        var primary = FreePort();
        for (var node = 0; node < nodes; node++)
        {
            var database = engine.Open();
            await registry.StartNodeAsync(
                watch?.Invoke(database) ?? database, replace, node == 0 ? primary : FreePort(), primary);
        }

        return registry;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (app, database, http) in Enumerable.Reverse(_nodes))
        {
            http.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
            await database.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartNodeAsync(
        IDatabase database, Action<IServiceCollection>? replace, int port, int primary)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<RestingGrains>()
            .AddRepositories()
            .AddTasks()
            .AddSigning()
            .AddCollection()
            .AddStorage(database, new DataDirectory(_directory))
            .AddUpstreams(new())
            .AddSync()
            .AddRevocations()
            .AddTrust()
            .AddExchange()
            .AddSigningKeys()
            .AddResourceTasks()
            .AddAccess(publicUrl: null)
            .AddRegistryApi()
            .AddManagementApi();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary));
            silo.UseInMemoryReminderService();
            silo.AddMemoryGrainStorage("cursors");
            silo.AddIncomingGrainCallFilter<PortableFailures>();
            silo.AddEvents();
        });
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRegistryApi();
        app.UseManagementApi();
        app.UseRouting();
        app.UseAccess(isRequired: false);
        app.MapRegistryApi();
        app.MapSignatureApi();
        app.MapManagementApi();
        await app.StartAsync();
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new(app.Urls.Single()) };
        _nodes.Add((app, database, http));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
