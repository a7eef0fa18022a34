using System.ComponentModel.DataAnnotations;

namespace OrleansRegistry.Hosting;

/// <summary>How nodes find each other. Section <c>Cluster</c>; used with PostgreSQL only.</summary>
internal sealed class ClusterOptions
{
    /// <summary>The running cluster: nodes with the same id form one.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ClusterId { get; set; } = "registry";

    /// <summary>The data that the cluster works on. Never change it: reminders and cursors belong to it.</summary>
    [Required(AllowEmptyStrings = false)]
    public string ServiceId { get; set; } = "registry";

    /// <summary>The address at which other nodes reach this one.</summary>
    [Required(AllowEmptyStrings = false)]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>The port for other nodes; 0 takes the listening one + 10,000, or else a free one.</summary>
    [Range(0, 65535)]
    public int SiloPort { get; set; }

    /// <summary>
    /// The port for clients of the cluster outside its nodes; 0 takes the listening one + 20,000, or else a free one.
    /// </summary>
    [Range(0, 65535)]
    public int GatewayPort { get; set; }
}
