using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;
using OrleansRegistry.Content;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Storage;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Grains.Tests;

/// <summary>Nodes of one cluster in this process, on a database and a directory that clusters may share.</summary>
internal sealed class RegistryCluster : IAsyncDisposable
{
    private readonly List<IDatabase> _databases = [];
    private readonly InProcessTestCluster _cluster;

    private RegistryCluster(Engine engine, string directory, short nodes, bool withReferrers)
    {
        var builder = new InProcessTestClusterBuilder(nodes);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            var database = engine.Open();
            lock (_databases)
                _databases.Add(database);
            silo.AddMemoryGrainStorage("cursors");
            silo.AddIncomingGrainCallFilter<PortableFailures>();
            silo.AddEvents();
            silo.Services
                .AddLogging(logging => logging.ClearProviders().AddProvider(Journal))
                .AddSingleton(TimeProvider.System)
                .AddSingleton<IOutsideNames, PlainNames>()
                .AddSingleton<RestingGrains>()
                .AddRepositories()
                .AddStorage(database, new DataDirectory(directory))
                .AddSingleton<VersionStore>()
                .AddSingleton<IVersionStore>(services => new InterferedStore(
                    services.GetRequiredService<VersionStore>(), Interference))
                .AddSingleton<HeadReader>()
                .AddSingleton<IHeadReader>(services => new InterferedHead(services.GetRequiredService<HeadReader>()))
                .AddSingleton<VersionHistory>()
                .AddSingleton<IVersionHistory>(services => new InterferedHistory(
                    services.GetRequiredService<VersionHistory>(), Interference))
                .Configure<RemovalOptions>(options => options.WithReferrers = withReferrers);
        });
        _cluster = builder.Build();
    }

    public Interference Interference { get; } = new();

    /// <summary>What the nodes had to say.</summary>
    public Journal Journal { get; } = new();

    /// <summary>The nodes that are up.</summary>
    public IReadOnlyList<Node> Nodes => [.. _cluster.Silos.Where(silo => silo.IsActive).Select(silo => new Node(silo))];

    public Node this[int node] => Nodes[node];

    public static async Task<RegistryCluster> StartAsync(
        Engine engine, string directory, short nodes = 2, bool withReferrers = true)
    {
        var cluster = new RegistryCluster(engine, directory, nodes, withReferrers);
        await cluster._cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Kills the node on which the grain lives, as a crash does.</summary>
    public Task KillNodeOfAsync(IRepositoryGrain repository) => _cluster.KillSiloAsync(NodeOf(repository).Silo);

    /// <summary>A node more.</summary>
    public async Task<Node> StartNodeAsync() => new(await _cluster.StartAdditionalSiloAsync());

    /// <summary>Kills a node, as a crash does.</summary>
    public Task KillNodeAsync(Node node) => _cluster.KillSiloAsync(node.Silo);

    /// <summary>The node on which the grain lives.</summary>
    public Node NodeOf(IRepositoryGrain repository)
    {
        Assert.True(_cluster.TryGetGrainContext(repository.GetGrainId(), out var context));
        return Nodes.Single(node => node.Silo.SiloAddress.Equals(context.Address.SiloAddress));
    }

    /// <summary>The activation of a grain.</summary>
    public IGrainContext ContextOf(IAddressable grain)
    {
        Assert.True(_cluster.TryGetGrainContext(grain.GetGrainId(), out var context));
        return context;
    }

    /// <summary>Puts the grain to rest, so that its next call starts from what the database holds.</summary>
    public Task DeactivateAsync(IRepositoryGrain repository) => _cluster.DeactivateAsync(repository);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        foreach (var database in _databases)
            await database.DisposeAsync();
    }
}

/// <summary>One node: its grains as callers on that node reach them, and its readers.</summary>
internal sealed class Node(InProcessSiloHandle silo)
{
    public InProcessSiloHandle Silo { get; } = silo;

    public IGrainFactory Grains { get; } = silo.ServiceProvider.GetRequiredService<IGrainFactory>();

    public T Service<T>()
        where T : notnull => Silo.ServiceProvider.GetRequiredService<T>();

    public async Task<IRepositoryGrain> CreateRepositoryAsync()
    {
        var binding = await Grains.Distribution(NewName()).GetOrCreateAsync();
        return Grains.Repository(binding.Repository);
    }

    public static RepositoryName NewName() => RepositoryName.Parse($"team/{Guid.NewGuid():N}");

    public async Task<Digest> PushBlobAsync(Guid repository, string blob)
    {
        var uploads = Service<IUploads>();
        var upload = await uploads.CreateAsync(repository);
        await uploads.AppendAsync(repository, upload, 0, new MemoryStream(Images.BytesOf(blob)));
        var whole = await uploads.SealAsync(repository, upload, Images.DigestOf(blob));
        await Grains.Repository(repository).AdmitBlobAsync(whole);
        return whole.Digest;
    }

    /// <summary>Pushes an image whose only blob has those words, under a tag of the same.</summary>
    public async Task<int> PushImageAsync(Guid repository, string words)
    {
        await PushBlobAsync(repository, words);
        return await PutAsync(repository, Images.Image(words), words);
    }

    public Task<int> PutAsync(Guid repository, Manifest manifest, params string[] tags) =>
        Grains.Repository(repository).ApplyAsync(new PutManifest(manifest, Images.Tags(tags)));

    /// <summary>What a pull of that tag finds now.</summary>
    public async Task<string?> ResolveAsync(Guid repository, string tag)
    {
        var head = await Grains.Repository(repository).GetHeadAsync();
        var unit = await Service<IVersionReader>().FindAsync(repository, head, new(ContentKind.Tag, tag));
        return unit?.Target.ToString();
    }
}
