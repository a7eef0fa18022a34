namespace OrleansRegistry.Tasks;

/// <summary>Where a task stands. Stored and shown by name, in lower case.</summary>
public enum TaskState
{
    /// <summary>Something before it holds what it reserves, or no node has taken it up yet.</summary>
    Waiting,

    Running,

    /// <summary>Cancelled while it ran; its work has not stopped yet.</summary>
    Canceling,

    Completed,

    Failed,

    Canceled,
}

/// <summary>The names of states, spelled once.</summary>
public static class TaskStates
{
    extension(TaskState state)
    {
        /// <summary>The state as it is stored and shown.</summary>
        public string Name => state switch
        {
            TaskState.Waiting => "waiting",
            TaskState.Running => "running",
            TaskState.Canceling => "canceling",
            TaskState.Completed => "completed",
            TaskState.Failed => "failed",
            TaskState.Canceled => "canceled",
        };

        /// <summary>True where nothing changes any more.</summary>
        public bool IsFinal => state is TaskState.Completed or TaskState.Failed or TaskState.Canceled;
    }

    /// <summary>The state of that name; the name is one that was stored.</summary>
    public static TaskState Parse(string name) =>
        Enum.GetValues<TaskState>().Single(state => state.Name == name);
}
