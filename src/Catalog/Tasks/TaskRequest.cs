namespace OrleansRegistry.Tasks;

/// <summary>A wish to have something done.</summary>
/// <param name="Name">What clients filter by, such as <c>pulp_container.app.tasks.tag.tag_image</c>.</param>
/// <param name="Kind">The handler that does it.</param>
/// <param name="Arguments">JSON, for the handler to read.</param>
/// <param name="Exclusive">PRNs of what it changes: tasks that name the same one run in order of creation.</param>
/// <param name="Shared">PRNs of what it only reads: such tasks run together, not beside one that changes it.</param>
/// <param name="CreatedBy">Who asked for it.</param>
/// <param name="CorrelationId">The client's id for the request, to find the task by.</param>
public sealed record TaskRequest(
    string Name,
    string Kind,
    string Arguments,
    string[] Exclusive,
    string[] Shared,
    string? CreatedBy = null,
    string? CorrelationId = null)
{
    /// <summary>The resource in whose line it stands first; empty where it reserves nothing.</summary>
    public string Line => Exclusive.Concat(Shared).FirstOrDefault() ?? "";

    /// <summary>The task that asked for this one, or null.</summary>
    public Guid? Parent { get; init; }

    /// <summary>The group it belongs to, or null. The first task of a group makes it.</summary>
    public Guid? Group { get; init; }

    /// <summary>What the group is for; it counts where this task makes it.</summary>
    public string? GroupDescription { get; init; }
}
