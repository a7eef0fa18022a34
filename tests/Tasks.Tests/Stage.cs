using System.Collections.Concurrent;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>Where tasks of the tests play: each act is seen to begin, and ends when it is told to.</summary>
public sealed class Stage
{
    private readonly ConcurrentDictionary<string, Act> _acts = new();
    private readonly ConcurrentQueue<string> _begun = new();

    /// <summary>What happens before a call of the store of tasks, given its method.</summary>
    public Func<string, CancellationToken, Task> HoldStoreAsync { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Where collections play.</summary>
    public CollectionStage Collection { get; } = new();

    public Act this[string act] => _acts.GetOrAdd(act, _ => new());

    /// <summary>Acts in the order in which they began.</summary>
    public IEnumerable<string> Begun => _begun;

    public void Release(params string[] acts)
    {
        foreach (var act in acts)
            this[act].End.TrySetResult(null);
    }

    public void Close()
    {
        foreach (var act in _acts.Values)
            act.End.TrySetCanceled();
    }

    internal async Task PlayAsync(string name, string node, TaskContext context, CancellationToken cancellationToken)
    {
        _begun.Enqueue(name);
        var act = this[name];
        act.Begin(node, context);
        if (await act.End.Task.WaitAsync(cancellationToken) is { } failure)
            throw failure;
    }
}

/// <summary>One act. It may be played more than once: on another node, after the first one died.</summary>
public sealed class Act
{
    private readonly ConcurrentQueue<string> _nodes = new();

    /// <summary>The nodes that began it, in order.</summary>
    public IEnumerable<string> Nodes => _nodes;

    public TaskCompletionSource<Exception?> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskContext? Context { get; private set; }

    /// <summary>Completes when the act has begun.</summary>
    public Task Begins => First.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Completes when the act has begun again.</summary>
    public Task BeginsAgain => Second.Task.WaitAsync(TimeSpan.FromSeconds(30));

    internal void Begin(string node, TaskContext context)
    {
        Context = context;
        _nodes.Enqueue(node);
        if (!First.TrySetResult())
            Second.TrySetResult();
    }
}

/// <summary>Plays the act that its argument names.</summary>
public sealed class ActHandler(Stage stage, Orleans.Runtime.ILocalSiloDetails silo) : ITaskHandler
{
    public const string Name = "test-act";

    public string Kind => Name;

    public Task RunAsync(TaskContext context, CancellationToken cancellationToken) =>
        stage.PlayAsync(context.Arguments, silo.SiloAddress.ToString(), context, cancellationToken);
}

/// <summary>Empties the repository that its argument names, and plays the act of that name before it ends.</summary>
public sealed class ClearHandler(Stage stage, IGrainFactory grains, Orleans.Runtime.ILocalSiloDetails silo) : ITaskHandler
{
    public const string Name = "test-clear";

    public string Kind => Name;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        await grains.Repository(Guid.Parse(context.Arguments)).ApplyAsync(new RemoveContent(null), context.Stamp, cancellationToken);
        await stage.PlayAsync(context.Arguments, silo.SiloAddress.ToString(), context, cancellationToken);
    }
}
