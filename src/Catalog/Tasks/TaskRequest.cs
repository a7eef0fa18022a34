namespace OrleansRegistry.Tasks;

/// <summary>A wish to have something done.</summary>
/// <param name="Kind">The handler that does it.</param>
/// <param name="Arguments">JSON, for the handler to read.</param>
/// <param name="Exclusive">What it changes: tasks that name the same run in order of creation.</param>
/// <param name="Shared">What it only reads: such tasks run together, not beside one that changes it.</param>
/// <param name="CreatedBy">The user who asked for it.</param>
/// <param name="CorrelationId">The client's id for the request, to find the task by.</param>
public sealed record TaskRequest(
    string Kind,
    string Arguments,
    IReadOnlyList<Reservation> Exclusive,
    IReadOnlyList<Reservation> Shared,
    Guid? CreatedBy = null,
    string? CorrelationId = null)
{
    /// <summary>What it does, for those whose handler does more than one thing.</summary>
    public string Work { get; init; } = Kind;

    /// <summary>The task that asked for this one, or null.</summary>
    public Guid? Parent { get; init; }

    /// <summary>The group it belongs to, or null. The first task of a group makes it.</summary>
    public Guid? Group { get; init; }

    /// <summary>What the group is for; it counts where this task makes it.</summary>
    public string? GroupDescription { get; init; }
}
