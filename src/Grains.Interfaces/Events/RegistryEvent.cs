using OrleansRegistry.Tasks;

namespace OrleansRegistry.Events;

/// <summary>
/// Something that was committed, told to every node soon after. It may be lost, and it may be old news: nothing durable
/// rests on it, and whoever must know what is true reads the catalogue. A new kind is a record here, and its words in
/// the management REST (<c>EventShapes</c>).
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("event")]
public abstract record RegistryEvent
{
    /// <summary>What it is about: while several events of the same wait to be told, only the newest is.</summary>
    public abstract (string Kind, Guid Id) Subject { get; }
}

/// <summary>A repository has new versions, the newest of which is that one.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Number">The version's number.</param>
[GenerateSerializer]
[Immutable]
[Alias("event-version-committed")]
public sealed record VersionCommitted([property: Id(0)] Guid Repository, [property: Id(1)] int Number) : RegistryEvent
{
    /// <inheritdoc/>
    public override (string Kind, Guid Id) Subject => (nameof(VersionCommitted), Repository);
}

/// <summary>A task was asked for, taken up, went on, or ended.</summary>
/// <param name="Task">The task.</param>
/// <param name="State">Where it stood then.</param>
[GenerateSerializer]
[Immutable]
[Alias("event-task-changed")]
public sealed record TaskChanged([property: Id(0)] Guid Task, [property: Id(1)] TaskState State) : RegistryEvent
{
    /// <inheritdoc/>
    public override (string Kind, Guid Id) Subject => (nameof(TaskChanged), Task);
}

/// <summary>What is withheld is another set than it was: whoever keeps it asks the catalogue.</summary>
[GenerateSerializer]
[Immutable]
[Alias("event-gate-changed")]
public sealed record GateChanged : RegistryEvent
{
    /// <inheritdoc/>
    public override (string Kind, Guid Id) Subject => (nameof(GateChanged), default);
}
