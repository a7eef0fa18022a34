using OrleansRegistry.Tasks;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="TaskStamp"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("task-stamp")]
public struct TaskStampSurrogate
{
    /// <summary>The task.</summary>
    [Id(0)]
    public Guid Task { get; set; }

    /// <summary>Which attempt.</summary>
    [Id(1)]
    public int Attempt { get; set; }
}

/// <summary>Carries a <see cref="TaskStamp"/>.</summary>
[RegisterConverter]
public sealed class TaskStampConverter : IConverter<TaskStamp, TaskStampSurrogate>
{
    /// <inheritdoc/>
    public TaskStamp ConvertFromSurrogate(in TaskStampSurrogate surrogate) => new(surrogate.Task, surrogate.Attempt);

    /// <inheritdoc/>
    public TaskStampSurrogate ConvertToSurrogate(in TaskStamp value) =>
        new() { Task = value.Task, Attempt = value.Attempt };
}
