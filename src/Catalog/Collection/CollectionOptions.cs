using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Collection;

/// <summary>Garbage collection. Section <c>Collection</c>.</summary>
public sealed class CollectionOptions
{
    /// <summary>Content that nothing holds is kept this long after it was last touched. It must outlast any push.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often collection starts by itself.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Every { get; set; } = TimeSpan.FromHours(1);
}
