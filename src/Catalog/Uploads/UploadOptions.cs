using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Uploads;

/// <summary>Limits of blob uploads. Section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    /// <summary>An upload untouched for this long is discarded.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>So many uploads of one user, or from one address where nobody is asked, are open on a node at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxOpenPerUser { get; set; } = 100;
}
