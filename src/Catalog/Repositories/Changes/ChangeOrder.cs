using OrleansRegistry.Tasks;

namespace OrleansRegistry.Repositories;

/// <summary>A change on its way to the repository's grain.</summary>
/// <param name="Change">What is wished.</param>
/// <param name="Task">
/// The task that wants it, or null. The version is noted with the task, in one transaction: the same wish again finds
/// it, and an attempt that is over makes none.
/// </param>
public sealed record ChangeOrder(RepositoryChange Change, TaskStamp? Task = null);
