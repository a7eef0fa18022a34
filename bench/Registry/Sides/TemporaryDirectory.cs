namespace OrleansRegistry.Bench.Sides;

/// <summary>A directory of its own under the system's temporary one; disposing it deletes it.</summary>
internal sealed class TemporaryDirectory : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("registry-bench-").FullName;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}
