using OrleansRegistry.Resources;

namespace OrleansRegistry.Tasks;

/// <summary>What a handler knows of its task, and what it has to say about it. For one handler at a time.</summary>
/// <param name="stamp">The task, and which attempt this is. Whatever the work makes carries it, so that repeated work finds
/// it, and work that is over makes nothing more.</param>
/// <param name="arguments">JSON, as it was asked for.</param>
/// <param name="createdBy">The user who asked.</param>
/// <param name="save">Brings progress to the catalogue.</param>
/// <param name="isCancelled">Tells whether somebody cancelled the task.</param>
/// <param name="cursor">Where an earlier attempt stood; null where there was none.</param>
public sealed class TaskContext(
    TaskStamp stamp,
    string arguments,
    Guid? createdBy,
    Func<TaskContext, CancellationToken, Task> save,
    Func<bool>? isCancelled = null,
    string? cursor = null)
{
    private readonly Lock _gate = new();
    private readonly List<ProgressReport> _progress = [];
    private readonly List<CreatedResource> _created = [];

    public Guid Id => stamp.Task;

    public TaskStamp Stamp => stamp;

    public string Arguments => arguments;

    public Guid? CreatedBy => createdBy;

    /// <summary>True where somebody cancelled the task. Work is told to stop for other reasons too: its node shuts down,
    /// or another attempt took over, and then what it began elsewhere goes on.</summary>
    public bool IsCancelled => isCancelled?.Invoke() is true;

    /// <summary>Where the work stands: JSON, saved with the progress, for the attempt that follows this one.</summary>
    public string? Cursor { get; private set; } = cursor;

    /// <summary>JSON that the finished task shows, or null.</summary>
    public string? Result { get; set; }

    public IReadOnlyList<ProgressReport> Progress
    {
        get
        {
            lock (_gate)
                return [.. _progress];
        }
    }

    public IReadOnlyList<CreatedResource> Created
    {
        get
        {
            lock (_gate)
                return [.. _created];
        }
    }

    /// <summary>The arguments, read.</summary>
    public T Read<T>() => TaskJson.Read<T>(arguments);

    /// <summary>Where an earlier attempt stood when it was last saved; null where the work begins.</summary>
    public T? Resume<T>()
        where T : class => Cursor is null ? null : TaskJson.Read<T>(Cursor);

    /// <summary>Notes where the work stands. What was done since the last report may be done again.</summary>
    public void Mark<T>(T cursor)
        where T : class => Cursor = TaskJson.Write(cursor);

    /// <summary>Says how far the work is: in place of an earlier report with the same code.</summary>
    public Task ReportAsync(ProgressReport report, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var known = _progress.FindIndex(earlier => earlier.Code == report.Code);
            if (known < 0)
                _progress.Add(report);
            else
                _progress[known] = report;
        }

        return save(this, cancellationToken);
    }

    /// <summary>Names the version that the work made.</summary>
    public void AddCreated(MadeVersion made) => AddCreated(CreatedResource.Of(made));

    /// <summary>Names something that the work created; the same twice is named once.</summary>
    public void AddCreated(ResourceReference resource) => AddCreated(CreatedResource.Of(resource));

    private void AddCreated(CreatedResource created)
    {
        lock (_gate)
            if (_created.TrueForAll(known => known.Resource != created.Resource))
                _created.Add(created);
    }
}
