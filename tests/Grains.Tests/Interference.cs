using System.Collections.Concurrent;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Grains.Tests;

using Append = Func<Task<IReadOnlyList<RepositoryVersion>?>>;

/// <summary>What a test does to the commits of a repository, one after the other: hold them, fail them, be
/// faster.</summary>
internal sealed class Interference
{
    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<Func<Append, Task<IReadOnlyList<RepositoryVersion>?>>>>
        _planned = new();

    private readonly ConcurrentDictionary<Guid, ConcurrentQueue<int>> _committed = new();

    private readonly ConcurrentDictionary<Guid, Exception> _trims = new();

    /// <summary>How many versions each transaction of the repository made.</summary>
    public IReadOnlyList<int> TransactionsOf(Guid repository) =>
        _committed.TryGetValue(repository, out var sizes) ? [.. sizes] : [];

    /// <summary>Holds the next commit, before anything is written.</summary>
    public Hold Hold(Guid repository)
    {
        var hold = new Hold();
        Plan(repository, async append =>
        {
            await hold.WaitAsync();
            return await append();
        });
        return hold;
    }

    /// <summary>Holds the answer of the next commit: it is made, and nobody knows.</summary>
    public Hold HoldAnswer(Guid repository)
    {
        var hold = new Hold();
        Plan(repository, async append =>
        {
            var answer = await append();
            await hold.WaitAsync();
            return answer;
        });
        return hold;
    }

    /// <summary>Fails the next commit; nothing is written.</summary>
    public void Fail(Guid repository, Exception failure) => Plan(repository, _ => throw failure);

    /// <summary>Fails the next trimming of the repository's history.</summary>
    public void FailTrim(Guid repository, Exception failure) => _trims[repository] = failure;

    public Exception? TakeTrimFailure(Guid repository) =>
        _trims.TryRemove(repository, out var failure) ? failure : null;

    /// <summary>Makes the next commit, and loses its answer.</summary>
    public void LoseAnswer(Guid repository, Exception failure) => Plan(repository, async append =>
    {
        await append();
        throw failure;
    });

    /// <summary>Does something else between the planning of the next commit and the commit.</summary>
    public void Before(Guid repository, Func<Task> act) => Plan(repository, async append =>
    {
        await act();
        return await append();
    });

    public async Task<IReadOnlyList<RepositoryVersion>?> RunAsync(Guid repository, Append append)
    {
        var answer = _planned.TryGetValue(repository, out var planned) && planned.TryDequeue(out var interfere)
            ? await interfere(append)
            : await append();
        if (answer is not null)
            _committed.GetOrAdd(repository, _ => new()).Enqueue(answer.Count);
        return answer;
    }

    private void Plan(Guid repository, Func<Append, Task<IReadOnlyList<RepositoryVersion>?>> interfere) =>
        _planned.GetOrAdd(repository, _ => new()).Enqueue(interfere);
}

/// <summary>Something that has begun, and goes on when it is released.</summary>
internal sealed class Hold
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Release() => _released.SetResult();

    public Task WaitAsync()
    {
        _reached.SetResult();
        return _released.Task;
    }
}

/// <summary>A store whose commits a test can interfere with.</summary>
internal sealed class InterferedStore(IVersionStore store, Interference interference) : IVersionStore
{
    public Task<RepositoryVersion?> FindLatestAsync(Guid repository, CancellationToken cancellationToken) =>
        store.FindLatestAsync(repository, cancellationToken);

    public Task<IReadOnlyList<RepositoryVersion>?> TryAppendAsync(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<VersionDraft> drafts,
        long epoch,
        CancellationToken cancellationToken) =>
        interference.RunAsync(repository, () => store.TryAppendAsync(repository, head, drafts, epoch, cancellationToken));
}
