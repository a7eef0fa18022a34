using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>How long the public part of a version 4 key is: in a secret key's packet, more follows it.</summary>
internal static class KeyMaterial
{
    private const KeyAlgorithm RsaEncryptOnly = (KeyAlgorithm)2;
    private const KeyAlgorithm ElGamal = (KeyAlgorithm)16;
    private const KeyAlgorithm Ecdh = (KeyAlgorithm)18;
    private const KeyAlgorithm X25519 = (KeyAlgorithm)25;

    /// <exception cref="MalformedException">The algorithm is unknown, or the material ends early.</exception>
    public static int PublicLength(KeyAlgorithm algorithm, ReadOnlySpan<byte> material)
    {
        var octets = new Octets(material, "secret key");
        switch (algorithm)
        {
            case KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly or RsaEncryptOnly:
                TakeIntegers(ref octets, 2);
                break;
            case KeyAlgorithm.Dsa:
                TakeIntegers(ref octets, 4);
                break;
            case ElGamal:
                TakeIntegers(ref octets, 3);
                break;
            case KeyAlgorithm.Ecdsa or KeyAlgorithm.EdDsaLegacy or Ecdh:
                octets.Take(octets.TakeByte());
                TakeIntegers(ref octets, 1);
                if (algorithm == Ecdh)
                    octets.Take(octets.TakeByte());
                break;
            case KeyAlgorithm.Ed25519 or X25519:
                octets.Take(32);
                break;
            default:
                throw new MalformedException($"Secret keys of algorithm {(int)algorithm} are not supported.");
        }
        return octets.Consumed;
    }

    private static void TakeIntegers(ref Octets octets, int count)
    {
        for (var i = 0; i < count; i++)
            octets.TakeInteger();
    }
}
