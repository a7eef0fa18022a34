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
        if (CosignPublicKey.TryParse(text, out var cosign))
            return [OfCosign(cosign, text)];
        var keys = TrustedKeys.Load(Encoding.UTF8.GetBytes(text));
        var users = keys.Certificates.ToDictionary(one => one.Fingerprint, one => one.UserIds);
        KnownKey[] known = [.. keys.KeysAt(clock.GetUtcNow()).Take(MostKeys + 1).Select(key => new KnownKey(
            new(key.KeyId, key.Fingerprint), "openpgp", NameOf(key.Algorithm), key.Bits,
            users[key.Primary ?? key.Fingerprint], key.Primary, text, key.ExpiresAt, key.IsRevoked))];
        return known.Length switch
        {
            0 => throw Refused(
                "That is neither an OpenPGP certificate (gpg --armor --export) nor a public key in PEM (cosign.pub)."
                + string.Concat(keys.Skipped.Take(1).Select(why => " " + why))),
            > MostKeys => throw Refused($"That is more than {MostKeys} keys; give them in several parts."),
            _ => known,
        };
    }

    private static KnownKey OfCosign(CosignPublicKey key, string text) => new(
        new(SignatureFilter.KeyIdOf(key.Fingerprint), key.Fingerprint), "cosign", key.Algorithm, key.Bits, [], null,
        text.Trim() + "\n", null, false);

    private static string NameOf(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly => "RSA",
        KeyAlgorithm.Ecdsa => "ECDSA",
        KeyAlgorithm.EdDsaLegacy or KeyAlgorithm.Ed25519 => "Ed25519",
        _ => algorithm.ToString(),
    };

    private static ProblemException Refused(string why) => new(ProblemKind.FieldInvalid, why, "public_key");
}
