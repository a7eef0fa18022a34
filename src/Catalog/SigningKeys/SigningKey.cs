using OrleansRegistry.Revocations;

namespace OrleansRegistry.SigningKeys;

/// <summary>A key that signs, as its certificate or PEM says.</summary>
/// <param name="Name">What signatures call it; the fingerprint is always known.</param>
/// <param name="Kind"><c>openpgp</c> or <c>cosign</c>.</param>
/// <param name="Algorithm">Such as <c>RSA</c>, <c>Ed25519</c>.</param>
/// <param name="Bits">Of its numbers; null where that is not known.</param>
/// <param name="UserIds">Of the certificate.</param>
/// <param name="Primary">Of a subkey the fingerprint of its primary key, else null.</param>
/// <param name="PublicKey">The certificate in armor, or the PEM.</param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
/// <param name="IsEnded">True where its own certificate revokes it.</param>
public sealed record KnownKey(
    KeyName Name,
    string Kind,
    string Algorithm,
    int? Bits,
    IReadOnlyList<string> UserIds,
    string? Primary,
    string PublicKey,
    DateTimeOffset? ExpiresAt,
    bool IsEnded);

/// <summary>A key as it is listed: one that is known, or one that signatures claim.</summary>
/// <param name="Key">Null where no certificate of it is known.</param>
/// <param name="EndedAt">Since when its own certificate revokes it here.</param>
/// <param name="Revocation">The number of the revocation in force, with its time; null where there is none.</param>
/// <param name="Signatures">How many signatures name it, counted in the newest version of each repository.</param>
/// <param name="Proven">How many of them the known key made, and do not just say so.</param>
/// <param name="Images">How many images they sign, counted alike.</param>
/// <param name="Repositories">How many repositories hold some.</param>
public sealed record SigningKeyRecord(
    Guid Id,
    KeyName Name,
    KnownKey? Key,
    DateTimeOffset? EndedAt,
    string Note,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FirstSeen,
    DateTimeOffset? LastSeen,
    (long Number, DateTimeOffset At)? Revocation,
    long Signatures,
    long Proven,
    long Images,
    long Repositories)
{
    public KeyState StateAt(DateTimeOffset now) =>
        KeyStates.Of(Revocation is not null || EndedAt is not null, Key is not null, Key?.ExpiresAt, now);
}

/// <summary>What is known of a key.</summary>
public enum KeyState
{
    Active,
    Revoked,
    Expired,

    /// <summary>Signatures name it, and no certificate of it was ever given.</summary>
    Unknown,
}

public static class KeyStates
{
    /// <summary>The state of a key at a moment: revoked before anything else.</summary>
    public static KeyState Of(bool isRevoked, bool isKnown, DateTimeOffset? expiresAt, DateTimeOffset at) =>
        isRevoked ? KeyState.Revoked
        : !isKnown ? KeyState.Unknown
        : expiresAt <= at ? KeyState.Expired
        : KeyState.Active;
}

/// <summary>The keys that sign what is here.</summary>
public interface ISigningKeyStore
{
    /// <summary>Keeps keys, with what is new of those that are known.</summary>
    Task AddAsync(IReadOnlyCollection<KnownKey> keys, CancellationToken cancellationToken = default);

    /// <summary>
    /// The keys that may be meant by a key id or a fingerprint, upper-case hex digits: those with a certificate, and where
    /// there are none, those that signatures claim.
    /// </summary>
    Task<IReadOnlyList<KeyName>> ResolveAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The subkeys of a primary key whose certificate is known.</summary>
    Task<IReadOnlyList<KeyName>> SubkeysAsync(string fingerprint, CancellationToken cancellationToken = default);

    /// <summary>The known keys that a signature may be by that names this one.</summary>
    Task<IReadOnlyList<KnownKey>> FindAsync(KeyName name, CancellationToken cancellationToken = default);

    /// <summary>The certificates and public keys of keys that are not revoked, each once.</summary>
    Task<IReadOnlyList<KnownKey>> StandingAsync(CancellationToken cancellationToken = default);

    /// <summary>Which of those fingerprints are known with a certificate or public key.</summary>
    Task<IReadOnlySet<string>> KnownAsync(
        IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken = default);

    /// <summary>Every known key.</summary>
    Task<IReadOnlyList<KnownKey>> AllAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes a note to a key. False where there is no such key.</summary>
    Task<bool> NoteAsync(Guid id, string note, CancellationToken cancellationToken = default);
}
