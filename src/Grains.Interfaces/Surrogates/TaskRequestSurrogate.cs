using TaskRequest = OrleansRegistry.Tasks.TaskRequest;

namespace OrleansRegistry.Surrogates;

/// <summary>How a <see cref="TaskRequest"/> crosses the cluster.</summary>
[GenerateSerializer]
[Alias("task-request")]
public struct TaskRequestSurrogate
{
    /// <summary>What clients filter by.</summary>
    [Id(0)]
    public string Name { get; set; }

    /// <summary>The handler.</summary>
    [Id(1)]
    public string Kind { get; set; }

    /// <summary>JSON for the handler.</summary>
    [Id(2)]
    public string Arguments { get; set; }

    /// <summary>PRNs of what it changes.</summary>
    [Id(3)]
    public string[] Exclusive { get; set; }

    /// <summary>PRNs of what it reads.</summary>
    [Id(4)]
    public string[] Shared { get; set; }

    /// <summary>Who asked for it.</summary>
    [Id(5)]
    public string? CreatedBy { get; set; }

    /// <summary>The client's id for the request.</summary>
    [Id(6)]
    public string? CorrelationId { get; set; }

    /// <summary>The task that asked for it.</summary>
    [Id(7)]
    public Guid? Parent { get; set; }

    /// <summary>The group it belongs to.</summary>
    [Id(8)]
    public Guid? Group { get; set; }

    /// <summary>What the group is for.</summary>
    [Id(9)]
    public string? GroupDescription { get; set; }
}

/// <summary>Carries a <see cref="TaskRequest"/>.</summary>
[RegisterConverter]
public sealed class TaskRequestConverter : IConverter<TaskRequest, TaskRequestSurrogate>
{
    /// <inheritdoc/>
    public TaskRequest ConvertFromSurrogate(in TaskRequestSurrogate surrogate) =>
        new(
            surrogate.Name,
            surrogate.Kind,
            surrogate.Arguments,
            surrogate.Exclusive,
            surrogate.Shared,
            surrogate.CreatedBy,
            surrogate.CorrelationId)
        {
            Parent = surrogate.Parent,
            Group = surrogate.Group,
            GroupDescription = surrogate.GroupDescription,
        };

    /// <inheritdoc/>
    public TaskRequestSurrogate ConvertToSurrogate(in TaskRequest value) => new()
    {
        Name = value.Name,
        Kind = value.Kind,
        Arguments = value.Arguments,
        Exclusive = value.Exclusive,
        Shared = value.Shared,
        CreatedBy = value.CreatedBy,
        CorrelationId = value.CorrelationId,
        Parent = value.Parent,
        Group = value.Group,
        GroupDescription = value.GroupDescription,
    };
}
