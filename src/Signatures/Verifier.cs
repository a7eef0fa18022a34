using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures;

/// <summary>Verifies atomic container signatures. Pure: the same bytes, keys and time give the same verdict.</summary>
/// <remarks>
/// Judges cryptography, then the key, then dates, and only then what was signed: an unproven payload is not looked at.
/// Source: containers-signature(5), RFC 9580. The signed reference is for an <see cref="IdentityRule"/> to judge.
/// </remarks>
public static class Verifier
{
    /// <summary>Verifies a blob from outside. Never throws.</summary>
    public static Verdict Verify(ReadOnlySpan<byte> blob, Digest manifest, TrustedKeys keys, DateTimeOffset now)
    {
        SignedMessage message;
        try
        {
            message = SignedMessage.Parse(blob);
        }
        catch (MalformedException malformed)
        {
            return new Verdict.Refused(RefusalReason.Malformed, malformed.Message);
        }
        var refusal = MessageVerification.Verify(message, keys, now, out var signer);
        if (refusal is not null)
            return refusal;
        try
        {
            var payload = SignaturePayload.Parse(message.Payload);
            return (Verdict?)Compare(payload.ManifestDigest, manifest)
                ?? Accept(message, signer!, payload.DockerReference, now);
        }
        catch (MalformedException malformed)
        {
            return new Verdict.Refused(RefusalReason.PayloadInvalid, malformed.Message);
        }
    }

    /// <summary>Verifies a signature that was parsed before. Never throws.</summary>
    public static Verdict Verify(AtomicSignature signature, Digest manifest, TrustedKeys keys, DateTimeOffset now) =>
        (Verdict?)(MessageVerification.Verify(signature.Message, keys, now, out var signer)
            ?? Compare(signature.ManifestDigest, manifest))
        ?? Accept(signature.Message, signer!, signature.DockerReference, now);

    /// <summary>
    /// The fingerprint of the key that made a signature, whatever is to be said of that key today: expired and revoked ones
    /// made theirs too. Null where none of the keys made it. Never throws.
    /// </summary>
    public static string? FindMaker(AtomicSignature signature, TrustedKeys keys) =>
        MessageVerification.FindMakers(signature.Message, keys) is [var maker, ..] ? maker.Packet.Fingerprint : null;

    private static Verdict.Accepted Accept(
        SignedMessage message, SigningKey signer, string reference, DateTimeOffset now) =>
        new(signer.PrimaryFingerprint, signer.Packet.Fingerprint, reference)
        {
            EndsAt = new[] { message.Signature.ExpiresAt, signer.ExpiresAt(now) }.Min(),
        };

    private static Verdict.Refused? Compare(Digest signed, Digest manifest) =>
        signed == manifest
            ? null
            : new(RefusalReason.OtherManifest, $"The signature is for manifest {signed}, not for {manifest}.");
}
