using System.Security.Cryptography;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>An ECDSA P-256 key that signs as <c>cosign sign --key</c> does. Safe for use by many threads.</summary>
public sealed class CosignKey
{
    private static readonly string P256 = ECCurve.NamedCurves.nistP256.Oid.Value!;

    private readonly Pool<ECDsa> _pool;

    private CosignKey(ECDsa key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: true);
        _pool = new(() => ECDsa.Create(parameters));
        PublicKey = key.ExportSubjectPublicKeyInfoPem() + "\n";
        Fingerprint = Convert.ToHexString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>PEM, as <c>cosign verify --key</c> wants it.</summary>
    public string PublicKey { get; }

    /// <summary>The SHA-256 of the public key's DER form, 64 upper-case hex digits.</summary>
    public string Fingerprint { get; }

    /// <summary>A new private key: PEM (PKCS #8), not protected, for whoever seals it.</summary>
    public static string Generate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>
    /// Opens a private key: PEM, as cosign encrypts it, PKCS #8 (protected by a passphrase or not) or SEC 1.
    /// </summary>
    /// <exception cref="SecretKeyException">It is no such key, or the passphrase is wrong.</exception>
    public static CosignKey Import(string pem, string passphrase)
    {
        try
        {
            using var key = ECDsa.Create();
            if (CosignEncryptedKey.TryRead(pem, out var encrypted))
                key.ImportPkcs8PrivateKey(encrypted.Open(passphrase), out _);
            else if (pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
                key.ImportFromEncryptedPem(pem, passphrase);
            else
                key.ImportFromPem(pem);
            return key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
                ? new(key)
                : throw new SecretKeyException("A cosign key is an ECDSA key on the curve P-256.");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new SecretKeyException(
                "The file is no ECDSA private key in PEM, or the passphrase is wrong: give what cosign generate-key-pair "
                + "writes, PKCS #8 or SEC 1.");
        }
    }

    /// <summary>
    /// The private key as it is to be kept by whoever seals it: what cosign encrypted is opened once, for it costs a second
    /// and 64 MiB each time; all else stays as it is, with its passphrase.
    /// </summary>
    /// <exception cref="SecretKeyException">The passphrase is wrong.</exception>
    public static (string Pem, string Passphrase) ToKeep(string pem, string passphrase) =>
        CosignEncryptedKey.TryRead(pem, out var encrypted)
            ? (PemEncoding.WriteString("PRIVATE KEY", encrypted.Open(passphrase)), "")
            : (pem, passphrase);

    /// <summary>An ASN.1 DER signature over the SHA-256 of the payload.</summary>
    public byte[] Sign(ReadOnlySpan<byte> payload)
    {
        using var rented = _pool.Rent();
        return rented.Key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>Whether this key made that signature of the payload.</summary>
    public bool Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        using var rented = _pool.Rent();
        return rented.Key.VerifyData(
            payload, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
