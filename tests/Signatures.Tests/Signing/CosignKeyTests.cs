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
    [InlineData("one")]
    [InlineData("another")]
    [InlineData("older-label")]
    public void A_key_as_cosign_encrypts_it_opens_by_its_passphrase_only(string name)
    {
        var pem = Text(name, "key");
        Assert.Equal(Text(name, "pub"), CosignKey.Import(pem, "secret").PublicKey);
        var (kept, passphrase) = CosignKey.ToKeep(pem, "secret");
        Assert.Equal(Text(name, "pub"), CosignKey.Import(kept, passphrase).PublicKey);
        foreach (var wrong in (string[])["", "Secret"])
            Assert.Contains(
                "passphrase does not open",
                Assert.Throws<SecretKeyException>(() => CosignKey.Import(pem, wrong)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"N\":65536", "\"N\":1073741824", "128 MiB")]
    [InlineData("\"r\":8", "\"r\":2147483647", "128 MiB")]
    [InlineData("\"p\":1", "\"p\":1000", "p 4")]
    [InlineData("\"N\":65536", "\"N\":65535", "not written as cosign")]
    [InlineData("\"N\":65536", "\"N\":0", "not written as cosign")]
    [InlineData("\"r\":8", "\"r\":-8", "not written as cosign")]
    [InlineData("\"N\":65536", "\"N\":99999999999999", "not written as cosign")]
    [InlineData("\"N\":65536,", "", "not written as cosign")]
    [InlineData("\"scrypt\"", "\"pbkdf2\"", "not known")]
    [InlineData("nacl/secretbox", "aes", "not known")]
    [InlineData("\"nonce\":\"", "\"nonce\":\"AAAA", "not written as cosign")]
    [InlineData("\"ciphertext\":\"", "\"ciphertext\":7,\"x\":\"", "not written as cosign")]
    [InlineData("\"ciphertext\":\"", "\"ciphertext\":\"AAAA\",\"x\":\"", "not written as cosign")]
    [InlineData("\"ciphertext\":\"", "\"ciphertext\":\"AAAA", "passphrase does not open")]
    [InlineData("{", "[", "not written as cosign")]
    public void One_that_is_damaged_or_would_cost_too_much_is_refused(string part, string other, string words)
    {
        var pem = Text("one", "key");
        var fields = PemEncoding.Find(pem);
        var json = Encoding.UTF8.GetString(Convert.FromBase64String(pem[fields.Base64Data]));
        Assert.Contains(part, json, StringComparison.Ordinal);
        var changed = Encoding.UTF8.GetBytes(json.Replace(part, other, StringComparison.Ordinal));
        var refusal = Assert.Throws<SecretKeyException>(
            () => CosignKey.Import(PemEncoding.WriteString(pem[fields.Label], changed), "secret"));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----")]
    public void Other_texts_are_refused(string pem) =>
        Assert.Throws<SecretKeyException>(() => CosignKey.Import(pem, ""));

    private static string Text(string name, string extension) =>
        Encoding.UTF8.GetString(Fixtures.Read($"cosign/{name}.{extension}"));

    [Fact]
    public void Another_curve_is_refused()
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<SecretKeyException>(() => CosignKey.Import(made.ExportPkcs8PrivateKeyPem(), ""));
    }
}
