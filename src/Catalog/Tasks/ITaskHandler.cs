namespace OrleansRegistry.Tasks;

/// <summary>Does the work of one kind of task.</summary>
/// <remarks>
/// The work may be done more than once: a node that dies in the middle is followed by another, which starts again. What
/// it changes must then be the same as if it had been done once; by the task's id it recognises what is there already.
/// A handler that goes on for long looks at its token often.
/// </remarks>
public interface ITaskHandler
{
    /// <summary>What it handles: <see cref="TaskRequest.Kind"/>.</summary>
    string Kind { get; }

    /// <summary>True for work that may take minutes: quick work keeps places of its own.</summary>
    bool IsLong => false;

    /// <exception cref="ProblemException">The task fails, and shows the problem's message as its error.</exception>
    Task RunAsync(TaskContext context, CancellationToken cancellationToken);
}
