using System.Text.Json;
using Orleans.Storage;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>The state of grains, shared by all nodes as a database is; writes fail when a test wants it.</summary>
public sealed class Cursors : IGrainStorage
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GrainId, (string State, string Version)> _stored = [];
    private readonly Queue<Exception> _failures = new();

    /// <summary>Makes the next write fail.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
            _failures.Enqueue(failure);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
            if (_stored.TryGetValue(grainId, out var stored))
                (grainState.State, grainState.ETag, grainState.RecordExists) =
                    (JsonSerializer.Deserialize<T>(stored.State)!, stored.Version, true);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            if (_failures.TryDequeue(out var failure))
                return Task.FromException(failure);
            var stored = _stored.TryGetValue(grainId, out var known) ? known.Version : null;
            if (stored != grainState.ETag)
                return Task.FromException(new InconsistentStateException("Another wrote.", stored, grainState.ETag));
            (grainState.ETag, grainState.RecordExists) = (Guid.NewGuid().ToString(), true);
            _stored[grainId] = (JsonSerializer.Serialize(grainState.State), grainState.ETag);
        }

        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        throw new NotSupportedException();
}
