using System.Text;
using OrleansRegistry.Signatures.Keys;

namespace OrleansRegistry.Signatures;

/// <summary>What a loaded certificate is called. Being listed says nothing about being valid: verdicts do.</summary>
public sealed class TrustedCertificate
{
    internal TrustedCertificate(CertificateParts parts)
    {
        Fingerprint = parts.Primary.Fingerprint;
        KeyId = parts.Primary.KeyId.ToString("X16", null);
        CreatedAt = parts.Primary.CreatedAt;
        UserIds = [.. parts.UserIds.Select(user => Encoding.UTF8.GetString(user.UserId))];
        SubkeyFingerprints = [.. parts.Subkeys.Select(part => part.Subkey.Fingerprint)];
    }

    /// <summary>Of the primary key: 40 or (version 6) 64 upper-case hex digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Of the primary key: 16 upper-case hex digits.</summary>
    public string KeyId { get; }

    /// <summary>When the primary key was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>As they stand in the certificate, such as <c>Name &lt;mail@example.org&gt;</c>.</summary>
    public IReadOnlyList<string> UserIds { get; }

    /// <summary>Of all subkeys, whatever they are for and however they are bound.</summary>
    public IReadOnlyList<string> SubkeyFingerprints { get; }
}
