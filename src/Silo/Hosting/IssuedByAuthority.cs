using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRegistry.Hosting;

/// <summary>
/// Each node has a certificate of its own; whoever shows one of the cluster's authority is a node. Names are not compared:
/// nodes know each other by address, and the authority is for nodes alone.
/// </summary>
internal sealed class IssuedByAuthority : NodeTrust
{
    // A node is server and client at once, so its certificate must be good for both.
    private static readonly Oid[] BothSides = [new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")];

    private readonly X509Certificate2Collection _authority;

    private IssuedByAuthority(X509Certificate2 own, X509Certificate2Collection authority)
        : base(own) => _authority = authority;

    /// <exception cref="SettingException">The files are not what they should be, or do not fit each other.</exception>
    public static IssuedByAuthority Read(ClusterOptions options)
    {
        var authority = new X509Certificate2Collection();
        Read("Cluster:Authority", () => authority.ImportFromPemFile(options.Authority!));
        X509Certificate2? own = null;
        Read(
            "Cluster:Certificate and Cluster:CertificateKey",
            () => own = X509Certificate2.CreateFromPemFile(options.Certificate!, options.CertificateKey));
        var trust = new IssuedByAuthority(own!, authority);
        return trust.Accepts(trust.Own)
            ? trust
            : throw new SettingException(
                $"Cluster:Certificate '{options.Certificate}' is not valid now, not issued by Cluster:Authority "
                + $"'{options.Authority}', or not for server and client authentication: other nodes would refuse this one.");
    }

    public override bool Accepts(X509Certificate2 other)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // nodes ask nobody outside who they are
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var side in BothSides)
            chain.ChainPolicy.ApplicationPolicy.Add(side);
        return chain.Build(other);
    }

    private static void Read(string setting, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{setting}: cannot be read as PEM: {exception.Message}");
        }
    }
}
