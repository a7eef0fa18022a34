using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRegistry.Conformance;

/// <summary>Between nodes: who does not prove to be one is told nothing.</summary>
public sealed class NodeTrustTests : IDisposable
{
    private const string Refused = "did not prove by its certificate to be a node of this cluster";
    private const string TwoSides = "1.3.6.1.5.5.7.3.1,1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("trust-");

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whoever_does_not_show_the_certificate_of_the_cluster_gets_nothing(bool encrypted, bool certified)
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var node = await site.StartAsync();
        using var stranger = certified ? SelfSigned("orleans-registry nodes") : null;

        Assert.Equal(0, await BytesHeardAsync(site.SiloPortOf(node), encrypted, stranger));
        await Eventually.TrueAsync(
            () => Task.FromResult(node.Output.Contains(Refused, StringComparison.Ordinal)), "the log says so");
        Assert.DoesNotContain("   at ", node.Output, StringComparison.Ordinal);

        var other = await site.StartAsync();
        await ServeTogetherAsync(node, other);
    }

    [Fact]
    public async Task Only_by_name_nodes_speak_in_the_clear_and_the_start_warns()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = new[]
        {
            await site.StartAsync("--Cluster:AllowUnencrypted=true"), await site.StartAsync("--Cluster:AllowUnencrypted=true"),
        };
        await ServeTogetherAsync(nodes[0], nodes[1]);
        Assert.True(await BytesHeardAsync(site.SiloPortOf(nodes[0]), encrypted: false, null) > 0);
        Assert.Contains("Cluster:AllowUnencrypted is on", nodes[0].Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_with_certificates_of_one_authority_form_a_cluster_and_a_stranger_stays_outside()
    {
        using var authority = Authority();
        using var another = Authority();
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var first = await site.StartAsync(Issued("first", authority));
        await ServeTogetherAsync(first, await site.StartAsync(Issued("second", authority)));

        await using var stranger = site.Begin(Issued("stranger", another));
        await Eventually.TrueAsync(
            () => Task.FromResult(stranger.Output.Contains(Refused, StringComparison.Ordinal)), "the stranger is told");
        Assert.DoesNotContain("Listening on", stranger.Output, StringComparison.Ordinal);
        await ServeTogetherAsync(first, first);
    }

    [Fact]
    public async Task A_certificate_that_its_authority_did_not_issue_stops_the_start()
    {
        using var authority = Authority();
        using var another = Authority();
        var settings = Issued("node", authority).SkipLast(1)
            .Append($"--Cluster:Authority={Write("another.pem", another.ExportCertificatePem())}");
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var (exitCode, output) = await RegistryProcess.RunAsync(
            ["--data", site.DataDirectory, "--listen=http://127.0.0.1:0", "--postgres", site.ConnectionString!, .. settings]);
        Assert.Equal(2, exitCode);
        Assert.Contains("Cluster:Authority", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_reset_the_nodes_prove_themselves_by_a_new_certificate()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var old = await site.StartAsync();
        var (exitCode, output) = await RegistryProcess.RunAsync(
            "cluster-certificate", "reset", "--data", site.DataDirectory, "--postgres", site.ConnectionString!);
        Assert.True(exitCode == 0, output);

        await using (var early = site.Begin())
            await Eventually.TrueAsync(
                () => Task.FromResult(early.Output.Contains(Refused, StringComparison.Ordinal)),
                "a node with the new one does not meet one with the old one");
        await old.KillAsync();
        await ServeTogetherAsync(await site.StartAsync(), await site.StartAsync());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    // Grains of one name are on one of the nodes, so both must have met.
    private static async Task ServeTogetherAsync(RegistryProcess one, RegistryProcess other)
    {
        for (var i = 0; i < 8; i++)
        {
            var repository = one.Client.NewRepository();
            var image = await repository.PushImageAsync("1.0");
            var there = repository with { Client = other.Client };
            Assert.Equal(image.Bytes, await there.GetAsync("manifests/1.0").BytesAsync());
        }
    }

    // A node greets whoever it takes for one.
    private static async Task<int> BytesHeardAsync(int port, bool encrypted, X509Certificate2? shown)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, patience.Token);
        Stream stream = tcp.GetStream();
        try
        {
            if (!encrypted)
            {
                await stream.WriteAsync(new byte[64], patience.Token); // no greeting of a node, nor of TLS
                return await stream.ReadAsync(new byte[64], patience.Token);
            }

            await using var tls = new SslStream(stream, false, (_, known, _, _) => known is not null);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "node",
                    ClientCertificates = shown is null ? null : [shown],
                    ApplicationProtocols = [new("Orleans1")],
                },
                patience.Token);
            return await tls.ReadAsync(new byte[64], patience.Token);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return 0;
        }
    }

    private string[] Issued(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority: false);
        using var issued = request.Create(
            authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return
        [
            $"--Cluster:Certificate={Write($"{name}.pem", issued.ExportCertificatePem())}",
            $"--Cluster:CertificateKey={Write($"{name}.key", key.ExportPkcs8PrivateKeyPem())}",
            $"--Cluster:Authority={Write($"{authority.SerialNumber}.pem", authority.ExportCertificatePem())}",
        ];
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request("nodes", key, isAuthority: true)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(name, key, isAuthority: false)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (!isAuthority)
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([.. TwoSides.Split(',').Select(side => new Oid(side))], false));
        return request;
    }
}
