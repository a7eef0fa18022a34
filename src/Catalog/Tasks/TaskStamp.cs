namespace OrleansRegistry.Tasks;

/// <summary>In whose name something is changed: a task, and which attempt at it. An attempt that lost its task, or was
/// cancelled, changes nothing any more: the database compares.</summary>
public readonly record struct TaskStamp(Guid Task, int Attempt);

/// <summary>Where a task stands, for whoever is to make a change in its name.</summary>
/// <param name="Stamp">The task, and its latest attempt.</param>
/// <param name="IsRunning">False once it was cancelled or ended.</param>
/// <param name="Made">The version that it made, or null.</param>
public sealed record TaskStanding(TaskStamp Stamp, bool IsRunning, MadeVersion? Made);

/// <summary>A version that a task made. It may be deleted since.</summary>
public sealed record MadeVersion(Guid Repository, int Number, Guid Id, DateTimeOffset CreatedAt);
