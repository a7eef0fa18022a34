namespace OrleansRegistry.Signatures.Keys;

/// <summary>What a verified signature of a primary key states about a key of its certificate.</summary>
/// <param name="CreatedAt">When it was made; the newest one in force decides.</param>
/// <param name="ExpiresAt">When it lapses, or null for never.</param>
/// <param name="KeyFlags">What the key may do, or null where it does not say. Source: RFC 9580, 5.2.3.29.</param>
/// <param name="KeyLifetimeSeconds">Since the key's creation; 0 for ever, null where it does not say.</param>
/// <param name="IsCrossCertified">Whether it carries the subkey's own consent, verified. Only subkeys give it.</param>
internal sealed record SelfSignature(
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    byte? KeyFlags,
    uint? KeyLifetimeSeconds,
    bool IsCrossCertified)
{
    private const byte MaySign = 0x02;

    public bool AllowsSigning => (KeyFlags & MaySign) == MaySign;

    /// <summary>The newest that is in force at <paramref name="now"/>, or null.</summary>
    public static SelfSignature? InForce(IEnumerable<SelfSignature> signatures, DateTimeOffset now) =>
        signatures
            .Where(signature => signature.CreatedAt <= now + SignatureLimits.ClockSkew && !(signature.ExpiresAt <= now))
            .MaxBy(signature => signature.CreatedAt);
}
