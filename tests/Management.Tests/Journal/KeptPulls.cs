using OrleansRegistry.Journal;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>A store of pulls in memory, which a test can hold and send away.</summary>
internal sealed class KeptPulls : IPullStore
{
    private readonly Dictionary<PullKey, PullEntry> _rows = [];
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _held = Task.CompletedTask;

    public bool IsAway { get; set; }

    public int Batches { get; private set; }

    public long Pulls => _rows.Values.Sum(row => row.Count);

    /// <summary>Completes with the first row.</summary>
    public Task Written => _written.Task;

    public long Count(string image) =>
        _rows.Values.Where(row => row.Key.Manifest == Images.DigestOf(image)).Sum(row => row.Count);

    /// <summary>Keeps what is written from its end, until a test says so.</summary>
    public TaskCompletionSource Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held.Task;
        return held;
    }

    public async Task AddAsync(IReadOnlyCollection<PullEntry> entries, CancellationToken cancellationToken)
    {
        await _held;
        if (IsAway)
            throw new DatabaseUnavailableException("The database is away.");
        Batches++;
        foreach (var entry in entries)
            _rows[entry.Key] = _rows.TryGetValue(entry.Key, out var row) ? row.With(entry) : entry;
        _written.TrySetResult();
    }

    public Task<int> ForgetAsync(DateOnly day, int limit, CancellationToken cancellationToken) => Task.FromResult(0);
}
