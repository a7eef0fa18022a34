using System.Buffers.Binary;
using System.Security.Cryptography;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>Verifies what a certificate says about its own keys. Source: RFC 9580, 5.2.4 and 10.1.</summary>
/// <remarks>SHA-1 is good enough to take trust away, in revocations, and never to give it.</remarks>
internal sealed class SelfSignatures(KeyPacket primary)
{
    public IEnumerable<SelfSignature> OverPrimary(IEnumerable<SignaturePacket> signatures) =>
        from signature in signatures
        where signature.Type is SignatureType.DirectKey && Grants(signature, primary, primary.Hashed)
        select Statement(signature, false);

    /// <summary>The certifications of a user id, unless a revocation is as new as the newest of them.</summary>
    public IReadOnlyList<SelfSignature> OverUserId(byte[] userId, IReadOnlyList<SignaturePacket> signatures)
    {
        var prefix = new byte[5];
        prefix[0] = 0xB4;
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), userId.Length);
        byte[] data = [.. primary.Hashed, .. prefix, .. userId];
        var revokedAt = signatures
            .Where(signature => signature.Type is SignatureType.CertificationRevocation && Takes(signature, data))
            .Select(signature => (DateTimeOffset?)signature.CreatedAt)
            .Max();
        return
        [
            .. from signature in signatures
               where signature.Type is SignatureType.GenericCertification or SignatureType.PersonaCertification
                   or SignatureType.CasualCertification or SignatureType.PositiveCertification
               where !(signature.CreatedAt <= revokedAt) && Grants(signature, primary, data)
               select Statement(signature, false),
        ];
    }

    public IEnumerable<SelfSignature> OverSubkey(KeyPacket subkey, IEnumerable<SignaturePacket> signatures)
    {
        byte[] data = [.. primary.Hashed, .. subkey.Hashed];
        return from signature in signatures
               where signature.Type is SignatureType.SubkeyBinding && Grants(signature, primary, data)
               select Statement(signature, IsCrossCertified(signature, subkey, data));
    }

    public bool IsPrimaryRevoked(IEnumerable<SignaturePacket> signatures) =>
        signatures.Any(signature =>
            signature.Type is SignatureType.KeyRevocation && Takes(signature, primary.Hashed));

    public bool IsRevoked(KeyPacket subkey, IEnumerable<SignaturePacket> signatures) =>
        signatures.Any(signature =>
            signature.Type is SignatureType.SubkeyRevocation
            && Takes(signature, [.. primary.Hashed, .. subkey.Hashed]));

    private static bool IsCrossCertified(SignaturePacket binding, KeyPacket subkey, byte[] data)
    {
        if (binding.Subpackets.CrossCertification is not { } body)
            return false;
        try
        {
            var signature = SignaturePacket.Parse(body);
            return signature.Type is SignatureType.PrimaryKeyBinding
                && signature.ExpiresAt is null
                && Grants(signature, subkey, data);
        }
        catch (MalformedException)
        {
            return false;
        }
    }

    private static bool Grants(SignaturePacket signature, KeyPacket by, byte[] data) =>
        signature.Subpackets.UnknownCritical is null
        && signature.CreatedAt >= by.CreatedAt
        && SignatureHash.NameOf(signature.Hash) is { } hash
        && KeySignature.Verify(signature, by, hash, data);

    private bool Takes(SignaturePacket signature, byte[] data)
    {
        var hash = signature.Hash == HashFunction.Sha1 ? HashAlgorithmName.SHA1 : SignatureHash.NameOf(signature.Hash);
        return hash is { } name && KeySignature.Verify(signature, primary, name, data);
    }

    private static SelfSignature Statement(SignaturePacket signature, bool isCrossCertified) => new(
        signature.CreatedAt,
        signature.ExpiresAt,
        signature.Subpackets.KeyFlags,
        signature.Subpackets.KeyLifetime,
        isCrossCertified);
}
