namespace OrleansRegistry.Signatures;

/// <summary>
/// A public-key algorithm by its OpenPGP number. Other numbers occur in signatures and are never verified.
/// </summary>
/// <remarks>Source: RFC 9580, 9.1.</remarks>
public enum KeyAlgorithm
{
    /// <summary>RSA, PKCS #1 v1.5.</summary>
    Rsa = 1,

    /// <summary>RSA that only signs.</summary>
    RsaSignOnly = 3,

    /// <summary>DSA. Never verified.</summary>
    Dsa = 17,

    /// <summary>ECDSA on a NIST curve.</summary>
    Ecdsa = 19,

    /// <summary>Ed25519 as GnuPG writes it, in version 4 keys.</summary>
    EdDsaLegacy = 22,

    /// <summary>Ed25519 in version 6 keys.</summary>
    Ed25519 = 27,

    /// <summary>Ed448 in version 6 keys. Never verified.</summary>
    Ed448 = 28,
}

/// <summary>A hash function by its OpenPGP number. Other numbers occur in signatures and are never verified.</summary>
/// <remarks>Source: RFC 9580, 9.5.</remarks>
public enum HashFunction
{
    /// <summary>Broken: never accepted.</summary>
    Md5 = 1,

    /// <summary>Broken: never accepted in a signature of an image.</summary>
    Sha1 = 2,

    /// <summary>Too short: never accepted.</summary>
    RipeMd160 = 3,

    /// <summary>SHA-256.</summary>
    Sha256 = 8,

    /// <summary>SHA-384.</summary>
    Sha384 = 9,

    /// <summary>SHA-512.</summary>
    Sha512 = 10,

    /// <summary>SHA-224. Never verified: the platform lacks it.</summary>
    Sha224 = 11,

    /// <summary>SHA3-256.</summary>
    Sha3With256 = 12,

    /// <summary>SHA3-512.</summary>
    Sha3With512 = 14,
}
