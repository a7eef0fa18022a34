using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>The public part of a <see cref="ReportSigningKey"/>, for who reads what it signed.</summary>
public sealed class ReportPublicKey : IEquatable<ReportPublicKey>
{
    /// <summary>In bytes.</summary>
    public const int SignatureSize = 64;

    // A key in PEM has about 113 characters.
    private const int MostCharacters = 4096;

    private readonly Ed25519.PublicPoint _point;
    private readonly byte[] _spki;

    private ReportPublicKey(Ed25519.PublicPoint point, byte[] spki) => (_point, _spki) = (point, spki);

    /// <summary><c>sha256:</c> and the SHA-256 of the SPKI in hex.</summary>
    public string Fingerprint => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(_spki))}";

    /// <summary>Reads an SPKI in PEM. False for anything else.</summary>
    public static bool TryParse(string pem, [NotNullWhen(true)] out ReportPublicKey? key)
    {
        key = null;
        if (pem.Length > MostCharacters
            || !PemEncoding.TryFind(pem, out var fields)
            || pem[fields.Label] != ReportSigningKey.Label)
            return false;
        var spki = new byte[fields.DecodedDataLength];
        if (!Convert.TryFromBase64String(pem[fields.Base64Data], spki, out var length)
            || length != spki.Length
            || !spki.AsSpan().StartsWith(ReportSigningKey.Header)
            || spki.Length != ReportSigningKey.Header.Length + Ed25519.PublicKeySize)
            return false;
        var point = Ed25519.ValidatePublicKeyPartialExport(spki.AsSpan(ReportSigningKey.Header.Length));
        key = point is null ? null : new(point, spki);
        return key is not null;
    }

    /// <summary>Whether there is nothing in the text but one block of PEM.</summary>
    public static bool IsAlone(string pem) => PemEncoding.TryFind(pem, out var fields)
        && pem[..fields.Location.Start].Trim().Length == 0 && pem[fields.Location.End..].Trim().Length == 0;

    /// <summary>As every program writes it.</summary>
    public string ToPem() => PemEncoding.WriteString(ReportSigningKey.Label, _spki) + "\n";

    public bool Verifies(ReadOnlySpan<byte> document, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize && Ed25519.Verify(signature, _point, document);

    public bool Equals(ReportPublicKey? other) => other is not null && _spki.AsSpan().SequenceEqual(other._spki);

    public override bool Equals(object? obj) => Equals(obj as ReportPublicKey);

    public override int GetHashCode() => Fingerprint.GetHashCode(StringComparison.Ordinal);
}
