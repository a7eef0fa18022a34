using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The changes of one repository, committed in order of arrival: those that wait together share one transaction, and
/// each is still its own version. A change that the repository refuses fails only its own caller.
/// </summary>
/// <remarks>Lives on a grain's scheduler, one turn at a time: hence no locks.</remarks>
internal sealed class CommitQueue(
    Guid repository, IVersionStore versions, IHeadReader head, IContentReader content)
{
    private const int MaxBatch = 128;

    // Half a minute of work at least, on any database: whoever came later would time out.
    private const int MostWaiting = 20_000;

    // Twenty lost races in a row are no race any more.
    private const int MaxAttempts = 20;

    private readonly Queue<Entry> _waiting = new();
    private Task? _flushing;
    private RepositoryVersion? _latest;

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
    /// <exception cref="ProblemException">Too many changes wait already.</exception>
    public Task<int> CommitAsync(RepositoryChange change)
    {
        if (_waiting.Count >= MostWaiting)
            throw new ProblemException(
                ProblemKind.TooManyRequests, "Too many changes of this repository wait already; try again later.");
        var entry = new Entry(change);
        _waiting.Enqueue(entry);
        _flushing ??= FlushAsync();
        return entry.Done.Task;
    }

    /// <summary>Waits for what is being committed.</summary>
    public Task DrainAsync() => _flushing ?? Task.CompletedTask;

    private async Task FlushAsync()
    {
        await Task.Yield(); // lets the callers of one burst share a transaction
        while (_waiting.Count > 0)
        {
            var batch = NextBatch();
            try
            {
                await CommitBatchAsync(batch);
            }
            catch (Exception exception)
            {
                // The outcome may be unknown: what is true now is for the catalogue to say.
                _latest = null;
                foreach (var entry in batch)
                    entry.Done.TrySetException(exception);
            }
        }

        _flushing = null; // no await since the look at the queue: nobody is left waiting
    }

    private List<Entry> NextBatch()
    {
        var batch = new List<Entry> { _waiting.Dequeue() };
        while (!batch[0].Change.StandsAlone && batch.Count < MaxBatch
            && _waiting.TryPeek(out var next) && !next.Change.StandsAlone)
            batch.Add(_waiting.Dequeue());
        return batch;
    }

    private async Task CommitBatchAsync(List<Entry> batch)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (_latest is null)
                await LoadAsync(CancellationToken.None);
            var latest = _latest ?? throw new ProblemException(
                ProblemKind.NameUnknown, "The repository does not exist any more.", repository.ToString());

            var planned = await PlanAsync(batch);
            var drafts = planned.Select(plan => plan.Draft).OfType<VersionDraft>().Where(draft => !draft.IsEmpty).ToList();
            var appended = drafts.Count == 0
                ? await ConfirmAsync(latest)
                : await versions.TryAppendAsync(repository, latest, drafts);
            if (appended is not null)
            {
                Complete(planned, appended);
                return;
            }

            _latest = null; // another writer was faster: the database refused the number
        }

        throw new InvalidOperationException($"Repository {repository}: another writer keeps being faster.");
    }

    // Answers that change nothing must be true of the newest version too, not only of what this activation knows.
    private async Task<IReadOnlyList<RepositoryVersion>?> ConfirmAsync(RepositoryVersion latest) =>
        (await versions.FindLatestAsync(repository))?.Number == latest.Number ? [] : null;

    private async Task<List<Plan>> PlanAsync(List<Entry> batch)
    {
        var view = new RepositoryView(repository, head, content);
        await view.LoadAsync([.. batch.Select(entry => entry.Change)], CancellationToken.None);

        var planned = new List<Plan>();
        foreach (var entry in batch)
        {
            try
            {
                var draft = await entry.Change.PlanAsync(view, CancellationToken.None);
                view.Apply(draft);
                planned.Add(new(entry, draft, null));
            }
            catch (ProblemException refusal)
            {
                planned.Add(new(entry, null, refusal)); // true only if what was planned before it is committed
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

    /// <summary>What one change makes of the repository, or why it was refused.</summary>
    private sealed record Plan(Entry Entry, VersionDraft? Draft, ProblemException? Refusal);

    private sealed record Entry(RepositoryChange Change)
    {
        public TaskCompletionSource<int> Done { get; } = new();
    }
}
