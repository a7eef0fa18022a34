using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Events;
using OrleansRegistry.Hosting;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Two nodes in one process on one database, with a stage whose acts the tests hold and release.</summary>
public abstract class TaskCluster(Engine engine) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("registry-tasks-").FullName;
    private InProcessTestCluster? _cluster;

    public Stage Stage { get; } = new();

    public Cursors Cursors { get; } = new();

    public Engine Engine => engine;

    /// <summary>The nodes; asking for them skips the test where there is no database.</summary>
    public InProcessTestCluster Cluster
    {
        get
        {
            engine.SkipIfAbsent();
            return _cluster!;
        }
    }

    public IGrainFactory Grains => Cluster.Client;

    public ITaskReader Reader => new TaskReader(engine.Database, new PlainNames());

    public ITaskDispatcher Tasks => new TaskDispatcher(Grains, Reader);

    public IContentSets Sets => new ContentSets(engine.Database);

    public ISignatureStore Signatures => new SignatureStore(engine.Database, new NoKeys(), TimeProvider.System);

    public IMadeSignatures MadeSignatures => new MadeSignatures(engine.Database, new NoKeys(), TimeProvider.System);

    public ISignOnPushStore NewTags => new SignOnPushStore(engine.Database);

    public IDistributionStore Distributions => new DistributionStore(engine.Database, TimeProvider.System);

    public IRepositoryStore Repositories => new RepositoryStore(engine.Database, TimeProvider.System);

    public DataDirectory Data => field ??= new(_directory);

    public async ValueTask InitializeAsync()
    {
        await engine.InitializeAsync();
        if (!engine.IsThere)
            return;
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseInMemoryReminderService();
            silo.AddIncomingGrainCallFilter<PortableFailures>();
            silo.AddEvents();
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton<IOutsideNames, PlainNames>();
            silo.Services.AddSingleton(Stage);
            silo.Services.AddKeyedSingleton<IGrainStorage>("cursors", Cursors);
            silo.Services.AddStorage(engine.Database, Data);
            silo.Services.AddSingleton<CollectionStore>();
            silo.Services.AddSingleton<ICollectionStore>(services =>
                new HeldCollectionStore(services.GetRequiredService<CollectionStore>(), Stage.Collection));
            silo.Services.AddSingleton<RestingGrains>();
            silo.Services.AddCollection();
            silo.Services.AddSingleton<TaskStore>();
            silo.Services.AddSingleton(services =>
                Held.Behind<ITaskStore>(services.GetRequiredService<TaskStore>(), () => Stage.HoldStoreAsync));
            silo.Services.AddRepositories();
            silo.Services.AddTasks();
            silo.Services.AddSigning();
            silo.Services.Configure<SigningOptions>(options => options.NewTagsInterval = TimeSpan.FromDays(1));
            silo.Services.AddTaskHandler<ActHandler>();
            silo.Services.AddTaskHandler<ClearHandler>();
            silo.Services.Configure<TaskOptions>(options =>
            {
                options.Beat = TimeSpan.FromMilliseconds(50);
                options.Silence = TimeSpan.FromSeconds(1);
            });
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Stage.Close();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        await engine.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Asks for an act on the stage.</summary>
    public Task<Guid> ActAsync(string act, string[]? exclusive = null, string[]? shared = null) =>
        Tasks.DispatchAsync(new(ActHandler.Name, act, [.. Lines(exclusive)], [.. Lines(shared)]));

    private static IEnumerable<Reservation> Lines(string[]? names) =>
        (names ?? []).Select(name => new Reservation.Work(name));

    /// <summary>The task once it has ended.</summary>
    public async Task<TaskRecord> EndOfAsync(Guid task)
    {
        var ended = await Tasks.WaitAsync(task, TimeSpan.FromSeconds(30));
        Assert.NotNull(ended);
        Assert.True(ended.State.IsFinal, $"The task is still {ended.State.Name}.");
        return ended;
    }

    public async Task<TaskState> StateOfAsync(Guid task) => (await Reader.FindAsync(task))!.State;
}

public sealed class PostgresCluster() : TaskCluster(new PostgresEngine());

public sealed class SqliteCluster() : TaskCluster(new SqliteEngine());
