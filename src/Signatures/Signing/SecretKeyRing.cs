using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>Takes private numbers out of an export, by BouncyCastle: passphrases are hashed in many ways.</summary>
internal static class SecretKeyRing
{
    /// <summary>The keys whose secret part is there: gpg leaves it out for keys on cards, and for offline primaries.</summary>
    public static HashSet<string> Fingerprints(ReadOnlySpan<byte> file) =>
    [
        .. from ring in Read(file).GetKeyRings()
           from key in ring.GetSecretKeys()
           where !key.IsPrivateKeyEmpty
           select Convert.ToHexString(key.PublicKey.GetFingerprint()),
    ];

    /// <exception cref="SecretKeyException">The passphrase is wrong, or such keys are not supported.</exception>
    public static PrivateKey Extract(ReadOnlySpan<byte> file, KeyPacket wanted, string passphrase)
    {
        var key = Read(file).GetKeyRings().SelectMany(ring => ring.GetSecretKeys())
            .First(key => key.PublicKey.GetFingerprint().AsSpan().SequenceEqual(wanted.FingerprintBytes));
        try
        {
            return KeyOf(key.ExtractPrivateKeyUtf8(passphrase.ToCharArray()).Key);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or SecretKeyException))
        {
            throw new SecretKeyException(
                key.KeyEncryptionAlgorithm is SymmetricKeyAlgorithmTag.Null ? "The secret key is damaged."
                : passphrase.Length == 0 ? "The secret key is protected by a passphrase, and none was given."
                : "The passphrase of the secret key is wrong, or the key is protected in a way that is not supported.");
        }
    }

    private static PgpSecretKeyRingBundle Read(ReadOnlySpan<byte> file) =>
        new(new MemoryStream(Armor.Remove(file)));

    private static PrivateKey KeyOf(AsymmetricKeyParameter key) => key switch
    {
        RsaPrivateCrtKeyParameters rsa => new RsaPrivateKey(DotNetUtilities.ToRSAParameters(rsa)),
        ECPrivateKeyParameters ec => new EcdsaPrivateKey(ParametersOf(ec)),
        Ed25519PrivateKeyParameters ed25519 => new Ed25519PrivateKey(ed25519.GetEncoded()),
        _ => throw new SecretKeyException("Secret keys of that algorithm are not supported; RSA, ECDSA and Ed25519 are."),
    };

    private static ECParameters ParametersOf(ECPrivateKeyParameters key)
    {
        var fieldBytes = (key.Parameters.Curve.FieldSize + 7) / 8;
        var point = key.Parameters.G.Multiply(key.D).Normalize();
        return new()
        {
            Curve = ECCurve.CreateFromValue(key.PublicKeyParamSet.Id),
            D = BigIntegers.AsUnsignedByteArray(fieldBytes, key.D),
            Q = new()
            {
                X = BigIntegers.AsUnsignedByteArray(fieldBytes, point.AffineXCoord.ToBigInteger()),
                Y = BigIntegers.AsUnsignedByteArray(fieldBytes, point.AffineYCoord.ToBigInteger()),
            },
        };
    }
}
