using Org.BouncyCastle.Math.EC.Rfc8032;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>An Ed25519 key of version 4. By BouncyCastle: the platform has no Ed25519.</summary>
internal sealed class Ed25519PrivateKey : PrivateKey
{
    private readonly byte[] _secret;
    private readonly byte[] _public = new byte[Ed25519.PublicKeySize];

    public Ed25519PrivateKey(byte[] secret)
    {
        _secret = secret;
        Ed25519.GeneratePublicKey(secret, 0, _public, 0);
    }

    public ReadOnlySpan<byte> Point => _public;

    public override KeyAlgorithm Algorithm => KeyAlgorithm.EdDsaLegacy;

    public override HashFunction Hash => HashFunction.Sha512;

    public override byte[][] Sign(ReadOnlySpan<byte> digest)
    {
        var value = new byte[Ed25519.SignatureSize];
        var message = digest.ToArray();
        Ed25519.Sign(_secret, 0, _public, 0, message, 0, message.Length, value, 0);
        return [value[..32], value[32..]];
    }
}
