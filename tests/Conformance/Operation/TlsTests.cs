using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansRegistry.Conformance;

/// <summary>A node speaks TLS itself, with PEM files that an authority of the test signed.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tls-");
    private readonly X509Certificate2 _authority = MakeAuthority();

    public TlsTests()
    {
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Issue("first.test");
    }

    private string AuthorityFile => Path.Combine(_directory.CreateSubdirectory("trusted").FullName, "ca.crt");

    private string Certificate => Path.Combine(_directory.FullName, "node.pem");

    private string Key => Path.Combine(_directory.FullName, "node.key");

    [Fact]
    public async Task Skopeo_and_podman_push_and_pull_over_TLS()
    {
        Needs.Program("skopeo");
        Needs.Program("podman");
        await using var node = await StartAsync();
        var repository = node.Client.NewRepository();
        var image = await RealImage.PushAsync(repository);
        var reference = $"{node.Client.Authority}/{repository.Name}";
        var trusted = Path.GetDirectoryName(AuthorityFile)!;

        await Command.RunAsync(
            "skopeo", "--insecure-policy", "copy", "--src-cert-dir", trusted, "--dest-cert-dir", trusted,
            $"docker://{reference}@{image.Digest}", $"docker://{reference}:copied");
        await Command.RunAsync(
            "podman", "--root", $"{_directory.FullName}/root", "--runroot", $"{_directory.FullName}/run",
            "--tmpdir", $"{_directory.FullName}/tmp", "--storage-driver", "vfs", "--events-backend", "file",
            "--cgroup-manager", "cgroupfs", "pull", "--cert-dir", trusted, $"{reference}:copied");
    }

    [Fact]
    public async Task Addresses_in_answers_and_challenges_are_those_of_TLS()
    {
        await using var node = await StartAsync("--Access:Authentication=true");
        var challenge = (await node.Client.GetAsync("/v2/").Answers(401)).Header("WWW-Authenticate");
        Assert.Contains($"realm=\"https://{node.Client.Authority}/token/\"", challenge);
    }

    [Fact]
    public async Task HTTP_2_is_spoken()
    {
        await using var node = await StartAsync();
        using var http = new HttpClient(Handler());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Client.Address, "/v2/"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request);
        Assert.Equal((HttpVersion.Version20, HttpStatusCode.OK), (answer.Version, answer.StatusCode));
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not()
    {
        await using var node = await StartAsync();
        Assert.Equal("CN=first.test", await SubjectAsync(node));

        await File.WriteAllTextAsync(Certificate, "half of a file");
        await Eventually.TrueAsync(
            async () => await SubjectAsync(node) == "CN=first.test" && node.Output.Contains("the former one stays"),
            "the broken certificate is told of");
        Issue("second.test");
        await Eventually.TrueAsync(async () => await SubjectAsync(node) == "CN=second.test", "the new one is used");
    }

    [Fact]
    public async Task Files_that_do_not_fit_each_other_stop_the_start()
    {
        using var other = RSA.Create(2048);
        await File.WriteAllTextAsync(Key, other.ExportPkcs8PrivateKeyPem());
        var (exitCode, output) = await RegistryProcess.RunAsync(Arguments());
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Listen:Certificate", output);
        Assert.DoesNotContain("   at ", output);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    private Task<RegistryProcess> StartAsync(params IEnumerable<string> settings) =>
        RegistryProcess.StartAsync(Handler(), [.. Arguments(), .. settings]);

    private string[] Arguments() =>
    [
        "--data", Path.Combine(_directory.FullName, "data"), "--listen", "https://127.0.0.1:0",
        $"--Listen:Certificate={Certificate}", $"--Listen:CertificateKey={Key}",
    ];

    private SocketsHttpHandler Handler()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(_authority);
        return new() { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
    }

    private async Task<string> SubjectAsync(RegistryProcess node)
    {
        var subject = "";
        using var handler = Handler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            subject = certificate!.Subject;
            return errors is SslPolicyErrors.None;
        };
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri(node.Client.Address, "/health/live"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return subject;
    }

    private void Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(_authority, now.AddMinutes(-5), now.AddHours(1), RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, issued.ExportCertificatePem());
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=The test's authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddMinutes(-10), now.AddHours(2));
    }
}
