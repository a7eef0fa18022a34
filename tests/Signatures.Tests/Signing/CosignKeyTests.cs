using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures.Tests.Signing;

public sealed class CosignKeyTests
{
    [Fact]
    public void What_it_signs_is_verified_by_the_public_key()
    {
        var key = CosignKey.Import(CosignKey.Generate(), "");
        var payload = AtomicPayload.WriteCosign(Fixtures.Manifest, "registry.example.invalid/team/app");
        Assert.EndsWith("\"optional\":null}", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
        using var verifier = ECDsa.Create();
        verifier.ImportFromPem(key.PublicKey);
        Assert.True(verifier.VerifyData(
            payload, key.Sign(payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void A_protected_key_opens_by_its_passphrase_only()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = made.ExportEncryptedPkcs8PrivateKeyPem(
            "right", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Assert.NotEmpty(CosignKey.Import(pem, "right").PublicKey);
        Assert.Throws<SecretKeyException>(() => CosignKey.Import(pem, "wrong"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----")]
    public void Other_texts_are_refused(string pem) =>
        Assert.Throws<SecretKeyException>(() => CosignKey.Import(pem, ""));

    [Fact]
    public void Another_curve_is_refused()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<SecretKeyException>(() => CosignKey.Import(made.ExportPkcs8PrivateKeyPem(), ""));
    }
}
