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

    /// <summary>This node's certificate, as PEM, in place of the one that the cluster makes for itself.</summary>
    public string? Certificate { get; set; }

    /// <summary>The certificate's private key, as PEM.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>Who issues the certificates of nodes, and of nothing else, as PEM.</summary>
    public string? Authority { get; set; }

    /// <summary>True sends what nodes say to each other in the clear, and takes whoever connects for a node.</summary>
    public bool AllowUnencrypted { get; set; }

    public void Check()
    {
        var given = new[] { Certificate, CertificateKey, Authority }.Count(file => file is not null);
        if (given is 1 or 2)
            throw new SettingException(
                "Cluster:Certificate, Cluster:CertificateKey and Cluster:Authority belong together: set all three, or none.");
        if (given == 3 && AllowUnencrypted)
            throw new SettingException(
                "Cluster:AllowUnencrypted and Cluster:Certificate contradict each other: leave one of them out.");
    }
}
