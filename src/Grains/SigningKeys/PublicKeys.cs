using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.SigningKeys;

/// <inheritdoc cref="IPublicKeys"/>
internal sealed class PublicKeys(TimeProvider clock) : IPublicKeys
{
    // Of what one text brings: a key ring of a whole company is several.
    private const int MostKeys = 1_000;

    public IReadOnlyList<KnownKey> Read(string text)
    {
        if (FromCertificate(text) is var (pem, users) && CosignPublicKey.TryParse(pem, out var cosign))
            return [OfCosign(cosign, pem, users)];
        var file = Encoding.UTF8.GetBytes(text);
        var keys = TrustedKeys.Load(file);
        var usersOf = keys.Certificates.ToDictionary(one => one.Fingerprint, one => one.UserIds);
        var certificates = TrustedKeys.Split(file); // each key with its own, and no secrets
        KnownKey[] known = [.. keys.KeysAt(clock.GetUtcNow()).Take(MostKeys + 1).Select(key => new KnownKey(
            new(key.KeyId, key.Fingerprint), "openpgp", NameOf(key.Algorithm), key.Bits,
            usersOf[key.Primary ?? key.Fingerprint], key.Primary, certificates[key.Primary ?? key.Fingerprint], key.ExpiresAt,
            key.IsRevoked))];
        return known.Length switch
        {
            0 => throw Refused(
                "That is neither an OpenPGP certificate (gpg --armor --export) nor a public key or certificate in PEM (cosign.pub)."
                + string.Concat(keys.Skipped.Take(1).Select(why => " " + why))),
            > MostKeys => throw Refused($"That is more than {MostKeys} keys; give them in several parts."),
            _ => known,
        };
    }

    // Of a certificate, as notation has them, the key in it and its subject: who vouches for that is not asked here. Anything
    // else stays as it is.
    private static (string Pem, string[] Users) FromCertificate(string text)
    {
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != "CERTIFICATE")
            return (text, []);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(text);
            return (
                new(PemEncoding.Write("PUBLIC KEY", certificate.PublicKey.ExportSubjectPublicKeyInfo())),
                [certificate.Subject]);
        }
        catch (CryptographicException)
        {
            return (text, []);
        }
    }

    private static KnownKey OfCosign(CosignPublicKey key, string pem, string[] users) => new(
        new(SignatureFilter.KeyIdOf(key.Fingerprint), key.Fingerprint), "cosign", key.Algorithm, key.Bits, users, null,
        pem.Trim() + "\n", null, false);

    private static string NameOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly => "RSA",
        KeyAlgorithm.Ecdsa => "ECDSA",
        KeyAlgorithm.EdDsaLegacy or KeyAlgorithm.Ed25519 => "Ed25519",
        _ => algorithm.ToString(),
    };

    private static ProblemException Refused(string why) => new(ProblemKind.FieldInvalid, why, "public_key");
}
