using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks;

/// <summary>A task as the catalogue knows it.</summary>
public sealed record TaskRecord(
    Guid Id,
    string Name,
    string Kind,
    TaskState State,
    string CorrelationId,
    Guid? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UnblockedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string Arguments,
    TaskError? Error,
    IReadOnlyList<ProgressReport> Progress,
    IReadOnlyList<CreatedResource> Created,
    string? Result,
    IReadOnlyList<ReservedResource> Reserved,
    Guid? Parent,
    Guid? Group)
{
    /// <summary>JSON: where the work stands, for the handler; null where it does not say.</summary>
    public string? Cursor { get; init; }
}

/// <summary>Why a task failed, for the one who asked for it.</summary>
public sealed record TaskError(string Description, string? Traceback = null);

/// <summary>How far one part of a task is. <c>Code</c> names it; <c>Total</c> is null where nobody knows it.</summary>
public sealed record ProgressReport(
    string Message, string Code, string State, long? Total, long Done, string? Suffix = null)
{
    public static ProgressReport Running(string message, string code, long done, long? total = null) =>
        new(message, code, "running", total, done);

    public static ProgressReport Completed(string message, string code, long done, long? total = null) =>
        new(message, code, "completed", total, done);
}

/// <summary>Something a task created.</summary>
/// <param name="Resource">What it is.</param>
/// <param name="Id">Its own id: of a repository version not the one of the repository.</param>
public sealed record CreatedResource(ResourceReference Resource, Guid Id)
{
    public static CreatedResource Of(ResourceReference resource) => new(resource, resource.Id);

    public static CreatedResource Of(MadeVersion made) =>
        new(ResourceReference.Version(made.Repository, made.Number), made.Id);
}

/// <summary>Something a task reserved, as clients call it.</summary>
public sealed record ReservedResource(string Name, bool Exclusive);
