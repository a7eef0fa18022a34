namespace OrleansRegistry.Signatures.Keys;

/// <summary>
/// A primary key or subkey of a trusted certificate, and what was verified about it when it was loaded.
/// </summary>
internal sealed class SigningKey
{
    private readonly SigningKey? _primary;
    private readonly bool _isRevoked;
    private readonly SelfSignature[] _direct;
    private readonly SelfSignature[] _certifications;

    /// <summary>A primary key: its direct-key signatures, and its certifications of user ids.</summary>
    private SigningKey(KeyPacket key, bool isRevoked, SelfSignature[] direct, SelfSignature[] certifications)
    {
        Packet = key;
        _isRevoked = isRevoked;
        _direct = direct;
        _certifications = certifications;
    }

    /// <summary>A subkey, and the signatures that bind it.</summary>
    private SigningKey(SigningKey primary, KeyPacket key, bool isRevoked, SelfSignature[] bindings)
        : this(key, isRevoked, bindings, []) => _primary = primary;

    public KeyPacket Packet { get; }

    /// <summary>Whether its certificate says that it counts for nothing any more.</summary>
    public bool IsRevoked => _isRevoked || _primary is { _isRevoked: true };

    public bool IsPrimary => _primary is null;

    public string PrimaryFingerprint => (_primary ?? this).Packet.Fingerprint;

    /// <summary>All keys of a certificate, the primary key first.</summary>
    public static IEnumerable<SigningKey> Of(CertificateParts parts)
    {
        var verified = new SelfSignatures(parts.Primary);
        var primary = new SigningKey(
            parts.Primary,
            verified.IsPrimaryRevoked(parts.OverPrimary),
            [.. verified.OverPrimary(parts.OverPrimary)],
            [.. parts.UserIds.SelectMany(user => verified.OverUserId(user.UserId, user.Signatures))]);
        return parts.Subkeys
            .Select(part => new SigningKey(
                primary,
                part.Subkey,
                verified.IsRevoked(part.Subkey, part.Signatures),
                [.. verified.OverSubkey(part.Subkey, part.Signatures)]))
            .Prepend(primary);
    }

    /// <summary>
    /// Why a good signature by this key counts for nothing at <paramref name="now"/>, or null if it counts.
    /// </summary>
    public Verdict.Refused? Object(DateTimeOffset now) =>
        _primary is null
            ? ObjectToPrimary(now) ?? ObjectToPrimarySigning(now)
            : _primary.ObjectToPrimary(now) ?? ObjectToSubkey(now);

    /// <summary>When it ends by itself, as its certificate says at <paramref name="now"/>; null for never.</summary>
    public DateTimeOffset? ExpiresAt(DateTimeOffset now)
    {
        var seconds = _primary is null
            ? PrimaryStatements(now).FirstOrDefault(own => own.KeyLifetimeSeconds is not null)?.KeyLifetimeSeconds
            : SelfSignature.InForce(_direct, now)?.KeyLifetimeSeconds;
        DateTimeOffset? own = seconds is { } lifetime and > 0 ? Packet.CreatedAt.AddSeconds(lifetime) : null;
        return _primary?.ExpiresAt(now) is { } earlier && !(own < earlier) ? earlier : own;
    }

    private Verdict.Refused? ObjectToPrimary(DateTimeOffset now)
    {
        if (_isRevoked)
            return new(RefusalReason.KeyRevoked, $"Key {Packet.Fingerprint} is revoked.");
        if (PrimaryStatements(now).Length == 0)
            return new(RefusalReason.KeyInvalid,
                $"Key {Packet.Fingerprint} has no valid signature of its own in force.");
        var decisive = PrimaryStatements(now).FirstOrDefault(own => own.KeyLifetimeSeconds is not null);
        return ObjectToAge(decisive?.KeyLifetimeSeconds, now);
    }

    private Verdict.Refused? ObjectToPrimarySigning(DateTimeOffset now)
    {
        var decisive = PrimaryStatements(now).FirstOrDefault(own => own.KeyFlags is not null);
        return decisive is { AllowsSigning: false }
            ? new(RefusalReason.KeyNotForSigning, $"Key {Packet.Fingerprint} is not allowed to sign.")
            : null;
    }

    private Verdict.Refused? ObjectToSubkey(DateTimeOffset now)
    {
        if (_isRevoked)
            return new(RefusalReason.KeyRevoked, $"Subkey {Packet.Fingerprint} is revoked.");
        if (SelfSignature.InForce(_direct, now) is not { } binding)
            return new(RefusalReason.KeyInvalid,
                $"Subkey {Packet.Fingerprint} is not validly bound to its primary key.");
        if (!binding.AllowsSigning)
            return new(RefusalReason.KeyNotForSigning, $"Subkey {Packet.Fingerprint} is not allowed to sign.");
        if (!binding.IsCrossCertified)
            return new(RefusalReason.KeyInvalid,
                $"Subkey {Packet.Fingerprint} does not confirm its binding to its primary key.");
        return ObjectToAge(binding.KeyLifetimeSeconds, now);
    }

    private Verdict.Refused? ObjectToAge(uint? lifetimeSeconds, DateTimeOffset now) =>
        lifetimeSeconds is { } seconds and > 0 && Packet.CreatedAt.AddSeconds(seconds) <= now
            ? new(RefusalReason.KeyExpired,
                $"Key {Packet.Fingerprint} expired at {Packet.CreatedAt.AddSeconds(seconds):u}.")
            : null;

    // A direct-key signature goes before user ids; the newest user id speaks for all. GnuPG reads it the same way.
    private SelfSignature[] PrimaryStatements(DateTimeOffset now) =>
    [
        .. new[] { SelfSignature.InForce(_direct, now), SelfSignature.InForce(_certifications, now) }
            .OfType<SelfSignature>(),
    ];
}
