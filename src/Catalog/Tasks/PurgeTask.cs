namespace OrleansRegistry.Tasks;

/// <summary>The task that forgets finished tasks.</summary>
public static class PurgeTask
{
    public const string Kind = "tasks.purge";

    /// <param name="before">Those that ended before that moment.</param>
    /// <param name="states">Those in these states, which are final ones.</param>
    /// <param name="createdBy">Those that this user asked for, or null for everyone's.</param>
    public static TaskRequest Request(DateTimeOffset before, TaskState[] states, Guid? createdBy = null) => new(
        Kind,
        TaskJson.Write(new PurgeArguments(before, [.. states.Select(state => state.Name)], createdBy)),
        [],
        []);
}

public sealed record PurgeArguments(DateTimeOffset Before, string[] States, Guid? CreatedBy);
