using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>What a node shows to other nodes, and whom it takes for one.</summary>
internal abstract class NodeTrust(X509Certificate2 own)
{
    /// <summary>Shown on both ends of a connection.</summary>
    public X509Certificate2 Own { get; } = own;

    /// <summary>Whether who shows this is a node. That it has the key is proven by the connection itself.</summary>
    public abstract bool Accepts(X509Certificate2 other);

    /// <summary>By the settings: the cluster's own certificate, the operator's, or none.</summary>
    public static async Task<NodeTrust?> FindAsync(Settings settings, IDatabase database, DataDirectory data) =>
        settings.Storage.Postgres is null || settings.Cluster.AllowUnencrypted ? null
        : settings.Cluster.Certificate is null ? new OneForAll(await new ClusterCertificate(database, new(data)).GetOrMakeAsync())
        : IssuedByAuthority.Read(settings.Cluster);

    /// <summary>All nodes have the same certificate, and accept exactly that.</summary>
    private sealed class OneForAll(X509Certificate2 own) : NodeTrust(own)
    {
        public override bool Accepts(X509Certificate2 other) =>
            CryptographicOperations.FixedTimeEquals(other.RawDataMemory.Span, Own.RawDataMemory.Span);
    }
}
