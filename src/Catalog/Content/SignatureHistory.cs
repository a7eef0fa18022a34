using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Content;

/// <summary>A signature that is told of, without its bytes.</summary>
/// <param name="Id">Its id as content.</param>
/// <param name="Name">As clients call it.</param>
/// <param name="Digest">Of its bytes.</param>
/// <param name="Manifest">What it signs: its id as content.</param>
/// <param name="ManifestDigest">The digest of that.</param>
/// <param name="KeyId">The key that it names: 16 upper-case hex digits.</param>
/// <param name="Fingerprint">That key's fingerprint, or null where the signature does not name it.</param>
/// <param name="SignedAt">When it says that it was made.</param>
/// <param name="Creator">The program that made it, as it says, or null.</param>
/// <param name="Reference">The image that it speaks of, as it says.</param>
/// <param name="IsProven">True where the key that it names is known, and made it.</param>
/// <param name="Key">The known key that it names; null where none is known.</param>
/// <param name="Then">What there was to say of its key at the moment that is told of, by the certificate that is known now.</param>
/// <param name="Now">What there is to say of it now.</param>
public sealed record ToldSignature(
    Guid Id,
    string Name,
    Digest Digest,
    Guid Manifest,
    Digest ManifestDigest,
    string KeyId,
    string? Fingerprint,
    DateTimeOffset SignedAt,
    string? Creator,
    string Reference,
    bool IsProven,
    Guid? Key,
    KeyState Then,
    KeyState Now);

/// <summary>That a repository held a signature, from one version on, up to another one without it.</summary>
/// <param name="Repository">Which repository.</param>
/// <param name="Added">The first version that holds it.</param>
/// <param name="Removed">The first one after that without it; null where the newest version holds it.</param>
public sealed record SignatureSpan(Guid Repository, MadeChange Added, MadeChange? Removed);

/// <summary>What made a change: the version that shows it, when that was made, by which task or decision.</summary>
/// <param name="Version">Of a change that a deleted version made: the next one there is.</param>
/// <param name="At">When that version was made.</param>
/// <param name="Task">Who made the change; null where that was no task, or it is forgotten.</param>
/// <param name="Revocation">The decision that made it, or null.</param>
public sealed record MadeChange(int Version, DateTimeOffset At, Guid? Task, RevocationName? Revocation = null);

/// <summary>A revocation by its id and its number.</summary>
public readonly record struct RevocationName(Guid Id, long Number);

/// <summary>A signature in a version, with its span. <c>Then</c> is when that version was made.</summary>
public sealed record VersionSignature(ToldSignature Signature, SignatureSpan Span);

/// <summary>
/// A signature of a manifest, with where it was. <c>Then</c> is when it was first seen here. Of very many spans the last are
/// told; <c>Count</c> says how many there are.
/// </summary>
public sealed record SignatureHistory(ToldSignature Signature, IReadOnlyList<SignatureSpan> Spans, long Count);
