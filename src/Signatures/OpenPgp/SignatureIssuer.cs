using System.Buffers.Binary;

namespace OrleansRegistry.Signatures.OpenPgp;

/// <summary>
/// Who a signature names as its maker: by subpacket 33 (fingerprint), 16 (key id), or both in agreement.
/// </summary>
internal readonly record struct SignatureIssuer(ulong KeyId, byte[]? Fingerprint)
{
    /// <exception cref="MalformedException">Nobody is named, or two different keys are.</exception>
    public static SignatureIssuer Of(int version, Subpackets subpackets)
    {
        if (version == 6 && subpackets.IssuerKeyId is not null)
            throw new MalformedException("A version 6 signature must not carry an issuer key id.");
        if (subpackets.IssuerFingerprint is not { } versioned)
        {
            var keyId = subpackets.IssuerKeyId ?? throw new MalformedException(
                "The signature does not name its issuer.");
            return new(keyId, null);
        }
        if (versioned.Length != (version == 6 ? 33 : 21) || versioned[0] != version)
            throw new MalformedException("The issuer's fingerprint does not fit the version of the signature.");
        var derived = KeyIdOf(version, versioned.AsSpan(1));
        if (subpackets.IssuerKeyId is { } given && given != derived)
            throw new MalformedException("The issuer's key id and fingerprint name different keys.");
        return new(derived, versioned[1..]);
    }

    /// <summary>The key id within a fingerprint: its last 8 bytes, in version 6 its first 8.</summary>
    public static ulong KeyIdOf(int version, ReadOnlySpan<byte> fingerprint) =>
        BinaryPrimitives.ReadUInt64BigEndian(version == 6 ? fingerprint : fingerprint[^8..]);
}
