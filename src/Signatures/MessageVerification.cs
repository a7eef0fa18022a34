using System.Security.Cryptography;
using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures;

/// <summary>Whether a trusted key, valid now, signed a message; whatever the message says.</summary>
internal static class MessageVerification
{
    /// <summary>Null, and who signed, if all is well.</summary>
    public static Verdict.Refused? Verify(
        SignedMessage message, TrustedKeys keys, DateTimeOffset now, out SigningKey? signer)
    {
        signer = null;
        var signature = message.Signature;
        if (signature.Hash is HashFunction.Md5 or HashFunction.Sha1 or HashFunction.RipeMd160)
            return new(RefusalReason.WeakHash, $"The signature uses the broken hash function {signature.Hash}.");
        if (SignatureHash.NameOf(signature.Hash) is not { } hash)
            return new(RefusalReason.UnsupportedAlgorithm, $"The hash function {signature.Hash} is not supported.");
        if (signature.Subpackets.UnknownCritical is { } type)
            return new(RefusalReason.UnknownCriticalSubpacket,
                $"The signature has a critical subpacket of unknown type {type}.");
        var candidates = keys.Find(signature);
        if (candidates.Count == 0)
            return new(RefusalReason.KeyUnknown, $"Key {Named(signature)} is not trusted.");
        if (candidates.All(key => key.Packet.Verifying is null))
            return new(RefusalReason.UnsupportedAlgorithm, candidates[0].Packet.Unusable!);

        var makers = MakersOf(message, hash, candidates);
        if (makers.Count == 0)
            return new(RefusalReason.SignatureWrong,
                $"The signature was not made by key {Named(signature)}, or was changed.");
        signer = makers[0];
        return ObjectToKey(makers, now, ref signer) ?? ObjectToDates(signature, signer, now);
    }

    /// <summary>The keys that made the signature, valid or not; none where it uses a hash function that proves nothing.</summary>
    public static IReadOnlyList<SigningKey> FindMakers(SignedMessage message, TrustedKeys keys) =>
        message.Signature.Hash is not (HashFunction.Md5 or HashFunction.Sha1 or HashFunction.RipeMd160)
        && SignatureHash.NameOf(message.Signature.Hash) is { } hash
            ? MakersOf(message, hash, keys.Find(message.Signature))
            : [];

    private static List<SigningKey> MakersOf(
        SignedMessage message, HashAlgorithmName hash, IReadOnlyList<SigningKey> candidates)
    {
        var data = message.Signature.Type is SignatureType.Text ? LineEnds.ToCrLf(message.Payload) : message.Payload;
        return [.. candidates.Where(key => KeySignature.Verify(message.Signature, key.Packet, hash, data))];
    }

    /// <summary>A key in two certificates needs to be valid in one of them, and revoked in none.</summary>
    private static Verdict.Refused? ObjectToKey(List<SigningKey> makers, DateTimeOffset now, ref SigningKey signer)
    {
        Verdict.Refused? first = null;
        var valid = false;
        foreach (var maker in makers)
        {
            var objection = maker.Object(now);
            if (objection is { Reason: RefusalReason.KeyRevoked })
                return objection;
            first ??= objection;
            if (objection is null && !valid)
                (valid, signer) = (true, maker);
        }
        return valid ? null : first;
    }

    private static Verdict.Refused? ObjectToDates(SignaturePacket signature, SigningKey signer, DateTimeOffset now)
    {
        if (signature.ExpiresAt <= now)
            return new(RefusalReason.SignatureExpired, $"The signature expired at {signature.ExpiresAt:u}.");
        if (signature.CreatedAt > now + SignatureLimits.ClockSkew)
            return new(RefusalReason.SignatureTimeImpossible,
                $"The signature was made in the future, at {signature.CreatedAt:u}.");
        if (signature.CreatedAt < signer.Packet.CreatedAt)
            return new(RefusalReason.SignatureTimeImpossible, "The signature was made before its key.");
        return null;
    }

    private static string Named(SignaturePacket signature) =>
        signature.IssuerFingerprint is { } fingerprint
            ? Convert.ToHexString(fingerprint)
            : signature.IssuerKeyId.ToString("X16", null);
}
