using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Cosign;

/// <summary>
/// A public key as <c>cosign verify --key</c> takes it: ECDSA, RSA or Ed25519, PEM of an SPKI, or of PKCS #1. Safe for use by many
/// threads. Source: sigstore, cosign, SPEC.md.
/// </summary>
public sealed class CosignPublicKey
{
    // P-224, P-256, P-384 and P-521: those of Go, in which clients are written.
    private static readonly string?[] Curves = ["1.3.132.0.33", "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    private readonly Func<byte[], byte[], bool> _verify;
    private readonly Func<AsymmetricAlgorithm?> _open;

    private CosignPublicKey(
        byte[] spki, string algorithm, int bits, Func<byte[], byte[], bool> verify, Func<AsymmetricAlgorithm?> open)
    {
        Fingerprint = Convert.ToHexString(SHA256.HashData(spki));
        (Algorithm, Bits, _verify, _open) = (algorithm, bits, verify, open);
    }

    /// <summary>The SHA-256 of the key's DER form, 64 upper-case hex digits.</summary>
    public string Fingerprint { get; }

    /// <summary><c>ECDSA</c>, <c>RSA</c> or <c>Ed25519</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The size of its numbers, in bits.</summary>
    public int Bits { get; }

    /// <summary>Reads a key. False for anything else.</summary>
    public static bool TryParse(string pem, [NotNullWhen(true)] out CosignPublicKey? key)
    {
        key = null;
        if (!PemEncoding.TryFind(pem, out var fields))
            return false;
        var der = Convert.FromBase64String(pem[fields.Base64Data]);
        key = pem[fields.Label] switch
        {
            "PUBLIC KEY" => OfEcdsa(der) ?? OfRsa(der) ?? OfEd25519(der),
            "RSA PUBLIC KEY" => OfBareRsa(der),
            _ => null,
        };
        return key is not null;
    }

    /// <summary>Whether this key made the signature, and that is of the image.</summary>
    /// <param name="signature">What is attached to the image.</param>
    /// <param name="image">The SHA-256 digest of the image's manifest.</param>
    public bool Accepts(AttachedSignature signature, Digest image) =>
        Made(signature) && signature.SpeaksOf(image);

    /// <summary>Whether this key made the signature, whatever that is of.</summary>
    public bool Made(AttachedSignature signature) => _verify(signature.Signed, signature.Value);

    /// <summary>The same key for other forms of signatures; null for Ed25519, which they do not use.</summary>
    internal AsymmetricAlgorithm? Open() => _open();

    // Newer versions take the hash that fits the curve, older ones always SHA-256.
    private static CosignPublicKey? OfEcdsa(byte[] spki)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var length);
            var parameters = key.ExportParameters(includePrivateParameters: false);
            if (length != spki.Length || !parameters.Curve.IsNamed || !Curves.Contains(parameters.Curve.Oid.Value))
                return null;
            HashAlgorithmName[] hashes = key.KeySize switch
            {
                384 => [HashAlgorithmName.SHA384, HashAlgorithmName.SHA256],
                521 => [HashAlgorithmName.SHA512, HashAlgorithmName.SHA256],
                _ => [HashAlgorithmName.SHA256],
            };
            return new(spki, "ECDSA", key.KeySize, (payload, signature) =>
            {
                using var verifying = ECDsa.Create(parameters);
                return hashes.Any(hash => verifying.VerifyData(
                    payload, signature, hash, DSASignatureFormat.Rfc3279DerSequence));
            }, () => ECDsa.Create(parameters));
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            return null; // the latter for a curve that nobody knows
        }
    }

    private static CosignPublicKey? OfRsa(byte[] spki)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var length);
            if (length != spki.Length)
                return null;
            var parameters = key.ExportParameters(includePrivateParameters: false);
            return new(spki, "RSA", key.KeySize, (payload, signature) =>
            {
                using var verifying = RSA.Create(parameters);
                return verifying.VerifyData(payload, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }, () => RSA.Create(parameters));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // PKCS #1: the numbers alone.
    private static CosignPublicKey? OfBareRsa(byte[] der)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportRSAPublicKey(der, out var length);
            return length == der.Length ? OfRsa(key.ExportSubjectPublicKeyInfo()) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // RFC 8410: a header that never differs, and the point.
    private static CosignPublicKey? OfEd25519(byte[] spki)
    {
        ReadOnlySpan<byte> header = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];
        if (spki.Length != header.Length + Ed25519.PublicKeySize || !spki.AsSpan().StartsWith(header)
            || Ed25519.ValidatePublicKeyPartialExport(spki.AsSpan(header.Length)) is not { } point)
            return null;
        return new(spki, "Ed25519", 8 * Ed25519.PublicKeySize, (payload, signature) => signature.Length == Ed25519.SignatureSize
            && Ed25519.Verify(signature, point, payload), () => null);
    }
}
