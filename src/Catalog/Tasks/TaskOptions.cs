using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Tasks;

/// <summary>Asynchronous operations. Section <c>Tasks</c>.</summary>
public sealed class TaskOptions : IValidatableObject
{
    // One beat may be late, and one may be lost.
    private const int LeastBeats = 3;

    /// <summary>The most tasks that one node works on at the same time.</summary>
    [Range(1, 10_000)]
    public int MostPerNode { get; set; } = 32;

    /// <summary>The most of them that concern the same resource first, so that one repository does not take all.</summary>
    [Range(1, 10_000)]
    public int MostPerResource { get; set; } = 8;

    /// <summary>The most of them that may take minutes: signing, repairing, cleaning up.</summary>
    [Range(1, 10_000)]
    public int MostLong { get; set; } = 24;

    /// <summary>How often a node says that it works on its tasks, and looks for others.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Beat { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A task whose node was silent for this long is taken up by another. It must outlast several beats.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A task that was interrupted this often fails: it may be what kills its nodes.</summary>
    [Range(1, 1000)]
    public int MostAttempts { get; set; } = 10;

    /// <summary>A task that has ended is remembered so long. Collection forgets it then; what it made stays.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Silence < LeastBeats * Beat)
            yield return new(
                $"{nameof(Silence)} must be {LeastBeats} times {nameof(Beat)} at least, or nodes take each other's tasks.",
                [nameof(Silence)]);
    }
}
