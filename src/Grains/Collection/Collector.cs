using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansRegistry.Content;
using OrleansRegistry.Journal;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Tasks;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Collection;

/// <summary>What one slice of a collection does, phase by phase.</summary>
/// <remarks>A file that cannot be deleted is left for the next run, and keeps this one from nothing else.</remarks>
public sealed partial class Collector(
    IGrainFactory grains,
    ICollectionStore store,
    IUploads uploads,
    IRepositoryStore repositories,
    IManifestDescriber describer,
    ITaskStore tasks,
    IOptions<TaskOptions> taskOptions,
    IPullStore pulls,
    IOptions<JournalOptions> journalOptions,
    TimeProvider clock,
    ILogger<Collector> logger)
{
    private const int UnitsPerSlice = 200;
    private const int PendingPerSlice = 1000;
    private const int TasksPerSlice = 1000;
    private const int PullsPerSlice = 5000;

    private static readonly TaskState[] Ended = [.. Enum.GetValues<TaskState>().Where(state => state.IsFinal)];

    /// <summary>Does the next piece of work, and notes in the state where the one after it begins.</summary>
    public async Task SliceAsync(CollectionCursor state, TimeSpan uploadIdleTimeout, CancellationToken cancellationToken)
    {
        switch (state.Phase)
        {
            case CollectionPhase.Idle:
                break;
            case CollectionPhase.Uploads:
                var idle = clock.GetUtcNow() - uploadIdleTimeout;
                if (await TryAsync(() => Task.Run(() => uploads.DeleteIdleAsync(idle, cancellationToken).AsTask(), cancellationToken)) is { } deleted)
                {
                    Count("upload", deleted);
                    state.Counts = state.Counts with { Uploads = state.Counts.Uploads + deleted };
                }

                Enter(state, CollectionPhase.Pending);
                break;
            case CollectionPhase.Pending when await repositories.SweepAsync(null, cancellationToken)
                || await describer.DescribeSomeAsync(cancellationToken)
                || await PurgeAsync(cancellationToken)
                || await ForgetPullsAsync(cancellationToken):
                break; // first what other work left behind
            case CollectionPhase.Pending:
                var dropped = await store.DropPendingAsync(state.Before, PendingPerSlice, cancellationToken);
                state.Counts = state.Counts with { Pending = state.Counts.Pending + dropped };
                if (dropped < PendingPerSlice)
                    Enter(state, CollectionPhase.Signatures);
                break;
            case CollectionPhase.Signatures:
                await SliceAsync(state, ContentKind.Signature, CollectionPhase.Tags, cancellationToken);
                break;
            case CollectionPhase.Tags:
                await SliceAsync(state, ContentKind.Tag, CollectionPhase.Manifests, cancellationToken);
                break;
            case CollectionPhase.Manifests:
                await SliceAsync(state, ContentKind.Manifest, CollectionPhase.Blobs, cancellationToken);
                break;
            case CollectionPhase.Blobs:
                await SliceAsync(state, ContentKind.Blob, CollectionPhase.StrayFiles, cancellationToken);
                break;
            case CollectionPhase.StrayFiles:
                if (await TryAsync(() => store.CollectStrayFilesAsync(
                    state.Folder, state.Before, cancellationToken)) is { } freed)
                    state.Counts = state.Counts with { BytesFreed = state.Counts.BytesFreed + freed };
                if (++state.Folder >= store.BlobFolders)
                    Enter(state, CollectionPhase.UnusedNames);
                break;
            case CollectionPhase.UnusedNames:
                await DropUnusedNamesAsync(state, clock.GetUtcNow() - uploadIdleTimeout, cancellationToken);
                break;
        }
    }

    private async Task SliceAsync(
        CollectionCursor state, ContentKind kind, CollectionPhase following, CancellationToken cancellationToken)
    {
        var page = await store.FindOrphansAsync(kind, state.Before, state.After, UnitsPerSlice, cancellationToken);
        foreach (var orphan in page.Orphans)
            if (await TryAsync(() => CollectAsync(state, kind, orphan, cancellationToken)) is true)
            {
                Count(kind.ToString().ToLowerInvariant(), 1);
                state.Again |= kind is ContentKind.Manifest;
            }

        if (page.Next is { } next)
            state.After = next;
        else // an index that is gone may have been the last to hold its children: once more from the start
            Enter(state, state.Again ? state.Phase : following);
    }

    private async Task DropUnusedNamesAsync(
        CollectionCursor state, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var unused = await store.FindUnusedAsync(before, state.After, UnitsPerSlice, cancellationToken);
        foreach (var name in unused)
            if (!await uploads.HasAnyAsync(name.Repository, cancellationToken)
                && await store.DropUnusedAsync(name, before, cancellationToken))
            {
                await grains.Distribution(RepositoryName.Parse(name.BasePath)).RefreshAsync();
                await grains.Repository(name.Repository).ForgetAsync();
            }

        if (unused.Count < UnitsPerSlice)
            Enter(state, CollectionPhase.Idle);
        else
            state.After = unused[^1].Repository;
    }

    private async Task<bool> CollectAsync(
        CollectionCursor state, ContentKind kind, Orphan orphan, CancellationToken cancellationToken)
    {
        var counts = state.Counts;
        switch (kind)
        {
            case ContentKind.Signature when await store.CollectUnitAsync(orphan.Id, state.Before, cancellationToken):
                state.Counts = counts with { Signatures = counts.Signatures + 1 };
                return true;
            case ContentKind.Tag when await store.CollectUnitAsync(orphan.Id, state.Before, cancellationToken):
                state.Counts = counts with { Tags = counts.Tags + 1 };
                return true;
            case ContentKind.Manifest when await grains.Manifest(Digest.Parse(orphan.Key)).CollectAsync(state.Before):
                state.Counts = counts with { Manifests = counts.Manifests + 1 };
                return true;
            case ContentKind.Blob when await store.CollectBlobAsync(
                Digest.Parse(orphan.Key), state.Before, cancellationToken) is { } freed:
                state.Counts = counts with { Blobs = counts.Blobs + 1, BytesFreed = counts.BytesFreed + freed };
                return true;
            default:
                return false;
        }
    }

    private static void Count(string kind, long deleted) =>
        Measures.Collected.Add(deleted, new KeyValuePair<string, object?>("kind", kind));

    // Tasks that ended so long ago that nobody asks for them any more.
    private async Task<bool> PurgeAsync(CancellationToken cancellationToken) =>
        await tasks.PurgeAsync(
            clock.GetUtcNow() - taskOptions.Value.KeepFor, Ended, null, TasksPerSlice, cancellationToken)
        == TasksPerSlice;

    // Days that are over for the journal of pulls; all of them, where it is off.
    private async Task<bool> ForgetPullsAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return await pulls.ForgetAsync(today.AddDays(-journalOptions.Value.Days), PullsPerSlice, cancellationToken)
            == PullsPerSlice;
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> work)
        where T : struct
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogKept(failure);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Garbage collection could not delete a file; the next run tries again")]
    private partial void LogKept(Exception failure);

    private static void Enter(CollectionCursor state, CollectionPhase phase) =>
        (state.Phase, state.After, state.Folder, state.Again) = (phase, Guid.Empty, 0, false);
}
