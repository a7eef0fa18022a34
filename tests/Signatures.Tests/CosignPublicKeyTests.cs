using System.Security.Cryptography;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Which public keys are taken: those that clients take, and no others.</summary>
public sealed class CosignPublicKeyTests
{
    [Theory]
    [InlineData("1.2.840.10045.3.1.7", true)]
    [InlineData("1.3.132.0.34", true)]
    [InlineData("1.3.132.0.35", true)]
    [InlineData("1.3.132.0.10", false)] // secp256k1, which Go does not know
    [InlineData("1.3.36.3.3.2.8.1.1.7", false)] // brainpoolP256r1
    public void A_curve_is_one_that_clients_know(string curve, bool known)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        Assert.Equal(known, CosignPublicKey.TryParse(key.ExportSubjectPublicKeyInfoPem(), out _));
    }

    [Fact]
    public void A_curve_that_nobody_knows_makes_no_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = key.ExportSubjectPublicKeyInfo();
        spki[spki.AsSpan().IndexOf(Convert.FromHexString("2A8648CE3D030107")) + 7]++;
        Assert.False(CosignPublicKey.TryParse(PemEncoding.WriteString("PUBLIC KEY", spki), out _));
    }

    [Fact]
    public void A_curve_is_named_and_not_spelled_out()
    {
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(named.ExportExplicitParameters(includePrivateParameters: true));
        Assert.False(CosignPublicKey.TryParse(key.ExportSubjectPublicKeyInfoPem(), out _));
    }

    [Fact]
    public void A_key_of_RSA_is_the_same_in_both_of_its_forms()
    {
        using var key = RSA.Create(2048);
        Assert.True(CosignPublicKey.TryParse(key.ExportSubjectPublicKeyInfoPem(), out var one));
        Assert.True(CosignPublicKey.TryParse(key.ExportRSAPublicKeyPem(), out var other));
        Assert.Equal(one.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void Nothing_follows_a_key()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        foreach (var spki in (byte[][])[ecdsa.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo()])
            Assert.False(CosignPublicKey.TryParse(PemEncoding.WriteString("PUBLIC KEY", [.. spki, 0]), out _));
        Assert.False(CosignPublicKey.TryParse(PemEncoding.WriteString("RSA PUBLIC KEY", [.. rsa.ExportRSAPublicKey(), 0]), out _));
    }
}
