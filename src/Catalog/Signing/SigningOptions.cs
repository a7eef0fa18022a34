using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Signing;

/// <summary>Signing by the server. Section <c>Signing</c>.</summary>
public sealed class SigningOptions
{
    /// <summary>
    /// The directories whose programs may be signing services: creating one runs it on the nodes. None by default.
    /// </summary>
    public string[] ScriptDirectories { get; set; } = [];

    /// <summary>How long a program may take for one signature.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan ScriptTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The most programs that one node runs at the same time.</summary>
    [Range(1, 1000)]
    public int ScriptsAtOnce { get; set; } = 10;

    /// <summary>How many threads of a node sign; 0 for one per core.</summary>
    [Range(0, 1000)]
    public int Threads { get; set; }

    /// <summary>How often a node looks for new tags that nobody told it of.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan NewTagsInterval { get; set; } = TimeSpan.FromMinutes(1);
}
