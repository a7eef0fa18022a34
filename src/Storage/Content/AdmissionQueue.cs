using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <summary>
/// Uploads of a node that have arrived: those that wait together are admitted in one transaction. One that fails in a way of
/// its own fails only its own caller.
/// </summary>
internal sealed class AdmissionQueue
{
    private const int MostTogether = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Entry> _waiting = new();
    private bool _isBusy;

    /// <summary>Admits an upload, with those that wait.</summary>
    public Task AdmitAsync(SealedUpload upload, Func<IReadOnlyCollection<SealedUpload>, Task> admit)
    {
        var entry = new Entry(upload);
        lock (_gate)
        {
            _waiting.Enqueue(entry);
            if (_isBusy)
                return entry.Done.Task;
            _isBusy = true;
        }

        _ = Task.Run(() => WorkAsync(admit)); // on nobody's scheduler: those that wait are of many grains
        return entry.Done.Task;
    }

    private async Task WorkAsync(Func<IReadOnlyCollection<SealedUpload>, Task> admit)
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                await admit([.. batch.Select(entry => entry.Upload)]);
                foreach (var entry in batch)
                    entry.Done.SetResult();
            }
            catch (Exception failure) when (batch.Count == 1 || failure is StoreUnavailableException)
            {
                foreach (var entry in batch)
                    entry.Done.SetException(failure);
            }
            catch (Exception)
            {
                // Nothing of the batch is recorded. Which of them failed, each has to show by itself.
                foreach (var entry in batch)
                    await AdmitAloneAsync(entry, admit);
            }
        }
    }

    private static async Task AdmitAloneAsync(Entry entry, Func<IReadOnlyCollection<SealedUpload>, Task> admit)
    {
        try
        {
            await admit([entry.Upload]);
            entry.Done.SetResult();
        }
        catch (Exception failure)
        {
            entry.Done.SetException(failure);
        }
    }

    private List<Entry> Next()
    {
        var batch = new List<Entry>();
        lock (_gate)
        {
            while (batch.Count < MostTogether && _waiting.TryDequeue(out var entry))
                batch.Add(entry);
            _isBusy = batch.Count > 0;
        }

        return batch;
    }

    private sealed record Entry(SealedUpload Upload)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
