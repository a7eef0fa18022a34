using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>
/// An Ed25519 key that signs documents of the server's own, apart from images: signature and document lie side by side.
/// Source: RFC 8032, 5.1.6; RFC 8410. <c>openssl pkeyutl -verify -rawin</c> verifies it.
/// </summary>
public sealed class ReportSigningKey
{
    // RFC 8410: a header that never differs, and the point.
    internal static readonly byte[] Header = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];

    internal const string Label = "PUBLIC KEY";

    private readonly byte[] _secret;
    private readonly byte[] _public = new byte[Ed25519.PublicKeySize];

    /// <param name="secret">32 bytes.</param>
    public ReportSigningKey(byte[] secret)
    {
        _secret = secret;
        Ed25519.GeneratePublicKey(secret, 0, _public, 0);
    }

    /// <summary>The public key as PEM of an SPKI.</summary>
    public string PublicKey => PemEncoding.WriteString(Label, [.. Header, .. _public]) + "\n";

    /// <summary>What a new key is made of.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);

    /// <summary>64 bytes.</summary>
    public byte[] Sign(byte[] document)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_secret, 0, _public, 0, document, 0, document.Length, signature, 0);
        return signature;
    }
}
