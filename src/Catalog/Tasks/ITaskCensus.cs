namespace OrleansRegistry.Tasks;

/// <summary>How many tasks there are that have not ended.</summary>
public interface ITaskCensus
{
    /// <summary>Their number by state; a state that none is in is left out.</summary>
    Task<IReadOnlyDictionary<TaskState, long>> CountAsync(CancellationToken cancellationToken = default);
}
