using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

public sealed class TlsTests : UpstreamTest
{
    private readonly TestAuthority _authority = new();

    [Fact]
    public async Task An_unknown_authority_is_not_trusted()
    {
        var secure = await StartSecureAsync("127.0.0.1");
        await FailureOfTags(Open(Remote with { Url = secure.Url }), UpstreamFailure.Unreachable, "check ca_cert");
    }

    [Fact]
    public async Task It_is_where_the_remote_names_it()
    {
        var secure = await StartSecureAsync("127.0.0.1");
        Assert.Equal(["1.0"], await TagsOf(Open(Remote with { Url = secure.Url, CaCert = _authority.Pem })));
    }

    [Fact]
    public async Task The_name_must_fit_nevertheless()
    {
        var secure = await StartSecureAsync("other.test");
        await FailureOfTags(
            Open(Remote with { Url = secure.UrlAt("registry.test"), CaCert = _authority.Pem }), UpstreamFailure.Unreachable, "ca_cert");
    }

    [Fact]
    public async Task Another_authority_than_the_remotes_is_not_trusted()
    {
        using var another = new TestAuthority();
        var secure = await StartSecureAsync("127.0.0.1");
        await FailureOfTags(
            Open(Remote with { Url = secure.Url, CaCert = another.Pem }), UpstreamFailure.Unreachable, "ca_cert");
    }

    [Fact]
    public async Task A_remote_may_trust_anybody()
    {
        var secure = await StartSecureAsync("other.test");
        Assert.Equal(["1.0"], await TagsOf(Open(Remote with { Url = secure.Url, TlsValidation = false })));
    }

    [Fact]
    public async Task The_clients_certificate_is_for_the_registry_and_no_other_host()
    {
        using var client = _authority.Issue("client");
        var secure = await StartSecureAsync("127.0.0.1");
        var other = await StartSecureAsync("127.0.0.1");
        secure.On(Tags, Answer.Redirect($"{other.Url}{Tags}"));
        var remote = Remote with
        {
            Url = secure.Url,
            CaCert = _authority.Pem,
            ClientCert = client.ExportCertificatePem(),
        };
        var secrets = new RemoteSecrets(ClientKey: client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

        Assert.Equal(["1.0"], await TagsOf(Open(remote, secrets)));
        Assert.Equal("CN=client", Assert.Single(secure.Requests).Client);
        Assert.Null(Assert.Single(other.Requests).Client);
    }

    [Fact]
    public void A_key_that_does_not_fit_is_refused()
    {
        using var client = _authority.Issue("client");
        var remote = Remote with { ClientCert = client.ExportCertificatePem() };
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secrets = new RemoteSecrets(ClientKey: another.ExportPkcs8PrivateKeyPem());
        Assert.Contains(
            "client_key", Assert.Throws<UpstreamException>(() => Open(remote, secrets)).Message, StringComparison.Ordinal);
    }

    private async Task<ScriptedUpstream> StartSecureAsync(string name)
    {
        var secure = await StartAnotherAsync(_authority.Issue(name));
        secure.On(Tags, Answer.Json(OneTag));
        return secure;
    }
}
