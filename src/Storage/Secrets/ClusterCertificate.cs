using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRegistry.Storage;

/// <summary>
/// The one certificate that all nodes of a cluster show each other, and accept. The first node makes it; the others read
/// it in the catalogue, and its key with the <c>secret.key</c> that all share: who has both is a node.
/// </summary>
public sealed class ClusterCertificate(IDatabase database, SecretKey secret)
{
    private const string Find = "select certificate, private_key from cluster_certificate where id = 1";

    // Compared as it is, and never judged by its dates: clocks of nodes may be wrong when they meet.
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly OidCollection BothSides = [new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")];

    /// <summary>The cluster's certificate with its key; made where there is none. All nodes get the same.</summary>
    public async Task<X509Certificate2> GetOrMakeAsync(CancellationToken cancellationToken = default)
    {
        var found = await database.QueryAsync(new(Find), Read, cancellationToken);
        if (found.Count == 0)
        {
            var own = Make();
            found = await database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(
                        new(
                            """
                            insert into cluster_certificate (id, certificate, private_key) values (1, @certificate, @key)
                            on conflict do nothing
                            """,
                            ("certificate", own.Certificate), ("key", own.Key)),
                        cancellationToken);
                    return await session.QueryAsync(new(Find), Read, cancellationToken);
                },
                cancellationToken);
        }

        var (certificate, key) = found[0];
        using var signer = ECDsa.Create();
        signer.ImportPkcs8PrivateKey(Convert.FromBase64String(secret.Open(key, SecretPlace.ClusterCertificate)), out _);
        using var known = X509CertificateLoader.LoadCertificate(certificate);
        return known.CopyWithPrivateKey(signer);
    }

    /// <summary>Forgets it: the next node that starts makes another, which no node that runs accepts.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken = default) => database.TransactAsync(
        session => session.ExecuteAsync(new("delete from cluster_certificate"), cancellationToken), cancellationToken);

    private (byte[] Certificate, string Key) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=orleans-registry nodes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(BothSides, critical: true));
        using var made = request.CreateSelfSigned(From, To);
        return (
            made.RawData,
            secret.Seal(Convert.ToBase64String(key.ExportPkcs8PrivateKey()), SecretPlace.ClusterCertificate));
    }

    private static (byte[] Certificate, string Key) Read(Row row) => (row.Bytes(0), row.String(1));
}
