using System.Security.Cryptography;

namespace OrleansRegistry.Signatures.Signing;

/// <summary>The numbers of a private key, ready to sign. Safe for use by many threads.</summary>
internal abstract class PrivateKey
{
    public abstract KeyAlgorithm Algorithm { get; }

    /// <summary>The hash function that GnuPG pairs with such a key.</summary>
    public abstract HashFunction Hash { get; }

    /// <summary>The values of a signature over that digest, big-endian, in the order of the packet.</summary>
    public abstract byte[][] Sign(ReadOnlySpan<byte> digest);

    public HashAlgorithmName HashName => OpenPgp.SignatureHash.NameOf(Hash)!.Value;
}
