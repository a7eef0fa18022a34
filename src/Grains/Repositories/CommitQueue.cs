using Microsoft.Extensions.Logging;
using OrleansRegistry.Events;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The changes of one repository, committed in order of arrival: those that wait together share one transaction, and
/// each is still its own version. A change that the repository refuses, or that fails in a way of its own, fails only
/// its own caller.
/// </summary>
/// <remarks>Lives on a grain's scheduler, one turn at a time: hence no locks.</remarks>
internal sealed partial class CommitQueue(
    Guid repository,
    IVersionStore versions,
    IVersionHistory history,
    ITaskReader tasks,
    ChangeContext context,
    IEventPublisher events,
    ILogger logger)
{
    private const int MaxBatch = 128;

    // Half a minute of work at least, on any database: whoever came later would time out.
    private const int MostWaiting = 20_000;

    // Twenty lost races in a row are no race any more.
    private const int MaxAttempts = 20;

    private readonly Queue<Entry> _waiting = new();
    private Task? _flushing;
    private RepositoryVersion? _latest;
    private bool _isOutdated;

    /// <summary>The newest committed version; null until <see cref="LoadAsync"/> found the repository.</summary>
    public RepositoryVersion? Latest => _latest;

    /// <summary>Reads the newest version from the catalogue.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var loaded = await versions.FindLatestAsync(repository, cancellationToken);
        if (_latest is null || loaded?.Number > _latest.Number) // a commit may have been faster than this reading
            _latest = loaded;
    }

    /// <summary>Commits one change, and returns the newest version afterwards.</summary>
    /// <remarks>Once the transaction has begun, it is too late to cancel.</remarks>
    /// <exception cref="ProblemException">Too many changes wait already.</exception>
    public Task<int> CommitAsync(ChangeOrder order, CancellationToken cancellationToken = default) =>
        Enqueue(new(order, null, cancellationToken));

    /// <summary>Does something to the history itself while no change is on its way; returns the newest version then.</summary>
    public Task<int> DoAloneAsync(Func<Task> work) => Enqueue(new(null, work, CancellationToken.None));

    /// <summary>Reads the newest version anew before anything else is answered from it, or planned on it.</summary>
    public void Forget()
    {
        if (_flushing is null)
            _latest = null;
        else
            _isOutdated = true;
    }

    /// <summary>Waits for what is being committed.</summary>
    public Task DrainAsync() => _flushing ?? Task.CompletedTask;

    private Task<int> Enqueue(Entry entry)
    {
        if (_waiting.Count >= MostWaiting)
            throw new ProblemException(
                ProblemKind.TooManyRequests, "Too many changes of this repository wait already; try again later.");
        _waiting.Enqueue(entry);
        Measures.ChangesWaiting.Add(1);
        _flushing ??= FlushAsync();
        return entry.Done.Task;
    }

    private async Task FlushAsync()
    {
        await Task.Yield(); // lets the callers of one burst share a transaction
        while (_waiting.Count > 0)
        {
            var batch = NextBatch();
            Measures.ChangesWaiting.Add(-batch.Count);
            try
            {
                if (batch[0].Work is { } work)
                    await WorkAsync(batch[0], work);
                else
                    await MeasureAsync(batch.Count, CommitBatchAsync(batch));
            }
            catch (Exception exception) when (batch.Count > 1 && IsOfOne(exception))
            {
                _latest = null;
                await CommitOneByOneAsync(batch);
            }
            catch (Exception exception)
            {
                // The outcome may be unknown: what is true now is for the catalogue to say.
                _latest = null;
                foreach (var entry in batch)
                    entry.Done.TrySetException(exception);
            }

            ForgetIfOutdated();
            await TrimAsync();
            ForgetIfOutdated();
        }

        _flushing = null; // no await since the look at the queue: nobody is left waiting
    }

    private static async Task MeasureAsync(int changes, Task commit)
    {
        var started = TimeProvider.System.GetTimestamp();
        await commit;
        Measures.CommitBatch.Record(changes);
        Measures.CommitTime.Record(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    private void ForgetIfOutdated()
    {
        if (_isOutdated)
            (_latest, _isOutdated) = (null, false);
    }

    // What the store does not explain, nor a repository that is gone: something is wrong with one of the changes.
    private static bool IsOfOne(Exception exception) =>
        exception is not (StoreUnavailableException or ProblemException);

    // Nothing of the batch is committed. Which of them failed, each has to show by itself.
    private async Task CommitOneByOneAsync(List<Entry> batch)
    {
        foreach (var entry in batch.Where(entry => !entry.Done.Task.IsCompleted))
        {
            try
            {
                await CommitBatchAsync([entry]);
            }
            catch (Exception exception)
            {
                _latest = null;
                entry.Done.TrySetException(exception);
            }
        }
    }

    private List<Entry> NextBatch()
    {
        var batch = new List<Entry> { _waiting.Dequeue() };
        while (!batch[0].StandsAlone && batch.Count < MaxBatch
            && _waiting.TryPeek(out var next) && !next.StandsAlone)
            batch.Add(_waiting.Dequeue());
        return batch;
    }

    private async Task WorkAsync(Entry entry, Func<Task> work)
    {
        await work();
        _latest = null;
        await LoadAsync(CancellationToken.None);
        entry.Done.SetResult(_latest?.Number ?? throw Gone());
    }

    // The callers have their answers by now: keeping no more versions than wanted is not their concern, and what fails
    // is for the log. The next change tries again. Of those who wait none waits for more than one slice of it.
    private async Task TrimAsync()
    {
        try
        {
            if (_latest?.Retain is not null)
                while (await history.TrimAsync(repository) && _waiting.Count == 0)
                    continue;
        }
        catch (ProblemException)
        {
            _latest = null; // the repository was deleted
        }
        catch (Exception exception)
        {
            LogTrim(repository, exception);
        }
    }

    private async Task CommitBatchAsync(List<Entry> batch)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (_latest is null)
                await LoadAsync(CancellationToken.None);
            var latest = _latest ?? throw Gone();
            await RecogniseAsync(batch);
            var withheld = attempt == 0 ? await context.Gate.AskAsync() : await context.Gate.ConfirmAsync();
            var planned = await PlanAsync(batch, withheld);
            var drafts = planned.Select(plan => plan.Draft).OfType<VersionDraft>().Where(draft => !draft.IsEmpty).ToList();
            var appended = drafts.Count == 0
                ? await ConfirmAsync(latest)
                : await versions.TryAppendAsync(repository, latest, drafts, withheld.Epoch);
            if (appended is not null)
            {
                Measures.Versions.Add(appended.Count);
                Complete(planned, appended);
                if (appended.Count > 0)
                    events.Publish(new VersionCommitted(repository, appended[^1].Number));
                return;
            }

            _latest = null; // another writer was faster, or another decision is in force: the database refused it
        }

        throw new StoreUnavailableException($"Repository {repository}: another writer keeps being faster.");
    }

    // Answers that change nothing must be true of the newest version too, not only of what this activation knows.
    private async Task<IReadOnlyList<RepositoryVersion>?> ConfirmAsync(RepositoryVersion latest) =>
        await versions.FindLatestAsync(repository) is { } newest
            && (newest.Number, newest.HighestNumber) == (latest.Number, latest.HighestNumber) ? [] : null;

    // A task whose node died may have made its version before: then that is the answer. One that was cancelled meanwhile, or
    // that another attempt took over, makes none; the transaction compares again.
    private async Task RecogniseAsync(List<Entry> batch)
    {
        var stamped = batch.Where(entry => entry.Task is not null).ToList();
        if (stamped.Count == 0)
            return;
        var standing = (await tasks.FindStandingAsync([.. stamped.Select(entry => entry.Task!.Value.Task)]))
            .ToDictionary(task => task.Stamp.Task);
        foreach (var entry in stamped)
            if (standing.GetValueOrDefault(entry.Task!.Value.Task) is not { } task)
                entry.Done.TrySetException(Superseded());
            else if (task.Made is { } made)
                entry.Done.TrySetResult(made.Number);
            else if (!task.IsRunning || task.Stamp != entry.Task)
                entry.Done.TrySetException(Superseded());
    }

    private static ProblemException Superseded() => new(
        ProblemKind.Superseded, "The task was cancelled, or another attempt took it over.");

    private async Task<List<Plan>> PlanAsync(List<Entry> batch, Withheld withheld)
    {
        var view = new RepositoryView(repository, context);
        await view.LoadAsync([.. batch.Select(entry => entry.Change)], CancellationToken.None);

        var planned = new List<Plan>();
        foreach (var entry in batch.Where(entry => !entry.Done.Task.IsCompleted))
        {
            try
            {
                entry.Token.ThrowIfCancellationRequested();
                var draft = await entry.Change.PlanAsync(view, entry.Token) with { Task = entry.Task };
                await Admission.RequireAsync(view, draft, withheld, entry.Token);
                view.Apply(draft);
                planned.Add(new(entry, draft, null));
            }
            catch (OperationCanceledException) when (entry.Token.IsCancellationRequested)
            {
                entry.Done.SetCanceled(entry.Token);
            }
            catch (ProblemException refusal)
            {
                planned.Add(new(entry, null, refusal)); // true only if what was planned before it is committed
            }
            catch (Exception fault) when (IsOfOne(fault))
            {
                planned.Add(new(entry, null, fault));
            }
        }

        return planned;
    }

    private void Complete(List<Plan> planned, IReadOnlyList<RepositoryVersion> appended)
    {
        var number = _latest!.Number;
        var next = 0;
        if (appended.Count > 0)
            _latest = appended[^1];
        foreach (var (entry, draft, refusal) in planned)
        {
            if (draft is { IsEmpty: false })
                number = appended[next++].Number;
            if (refusal is null)
                entry.Done.SetResult(number);
            else
                entry.Done.SetException(refusal);
        }
    }

    private ProblemException Gone() =>
        new(ProblemKind.NameUnknown, "The repository does not exist any more.", repository.ToString());

    [LoggerMessage(LogLevel.Warning, "Repository {Repository} keeps more versions than it should: trimming them failed "
        + "and is tried again after its next change")]
    private partial void LogTrim(Guid repository, Exception failure);

    /// <summary>What one change makes of the repository, or why it was refused.</summary>
    private sealed record Plan(Entry Entry, VersionDraft? Draft, Exception? Refusal);

    // Either a change, or work on the history.
    private sealed record Entry(ChangeOrder? Order, Func<Task>? Work, CancellationToken Token)
    {
        public RepositoryChange Change => Order!.Change;

        public TaskStamp? Task => Order!.Task;

        public bool StandsAlone => Order is null || Change.StandsAlone;

        public TaskCompletionSource<int> Done { get; } = new();
    }
}
