using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures;

/// <summary>What a certificate says of one of its keys.</summary>
public sealed class CertifiedKey
{
    internal CertifiedKey(SigningKey key, DateTimeOffset now)
    {
        Fingerprint = key.Packet.Fingerprint;
        KeyId = key.Packet.KeyId.ToString("X16", null);
        Primary = key.IsPrimary ? null : key.PrimaryFingerprint;
        Algorithm = key.Packet.Algorithm;
        Bits = key.Packet.Verifying!.Bits;
        IsRevoked = key.IsRevoked;
        ExpiresAt = key.ExpiresAt(now);
    }

    /// <summary>40 or (version 6) 64 upper-case hex digits.</summary>
    public string Fingerprint { get; }

    /// <summary>16 upper-case hex digits.</summary>
    public string KeyId { get; }

    /// <summary>Of a subkey the fingerprint of its primary key, else null.</summary>
    public string? Primary { get; }

    public KeyAlgorithm Algorithm { get; }

    public int Bits { get; }

    /// <summary>Whether the certificate revokes it, or its primary key.</summary>
    public bool IsRevoked { get; }

    /// <summary>When it ends by itself; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; }
}
