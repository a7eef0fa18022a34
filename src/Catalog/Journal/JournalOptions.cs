using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Journal;

/// <summary>The journal of pulls. Section <c>Journal</c>.</summary>
public sealed class JournalOptions
{
    /// <summary>So many days are kept, in UTC, today among them. 0: nothing is written down, and what was is deleted.</summary>
    [Range(0, 3650)]
    public int Days { get; set; } = 90;
}
