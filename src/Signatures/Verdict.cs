namespace OrleansRegistry.Signatures;

/// <summary>What verifying one signature came to: <see cref="Accepted"/> or <see cref="Refused"/>.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>
    /// The signature is good, by a trusted key that is valid now, for the manifest that was asked about.
    /// </summary>
    /// <param name="PrimaryFingerprint">Of the trusted certificate, in upper-case hex digits.</param>
    /// <param name="SigningFingerprint">Of the key that signed: the same, or a subkey's.</param>
    /// <param name="DockerReference">The image reference that was signed: for an identity rule to judge.</param>
    public sealed record Accepted(string PrimaryFingerprint, string SigningFingerprint, string DockerReference)
        : Verdict
    {
        /// <summary>When the signature or its key expires, whichever is first; null for never.</summary>
        public DateTimeOffset? EndsAt { get; init; }
    }

    /// <summary>The signature counts for nothing.</summary>
    /// <param name="Reason">For programs.</param>
    /// <param name="Why">For people: one sentence.</param>
    public sealed record Refused(RefusalReason Reason, string Why) : Verdict;
}

/// <summary>Why a signature was refused.</summary>
public enum RefusalReason
{
    /// <summary>The bytes are no signed message.</summary>
    Malformed,

    /// <summary>The signed payload departs from its schema.</summary>
    PayloadInvalid,

    /// <summary>The hash function is broken.</summary>
    WeakHash,

    /// <summary>The algorithm of key or hash is not supported.</summary>
    UnsupportedAlgorithm,

    /// <summary>The signature demands an understanding that is not there.</summary>
    UnknownCriticalSubpacket,

    /// <summary>No trusted key has the fingerprint or key id.</summary>
    KeyUnknown,

    /// <summary>The key did not make this signature, or the bytes changed since.</summary>
    SignatureWrong,

    /// <summary>The key, or the certificate that it belongs to, is revoked.</summary>
    KeyRevoked,

    /// <summary>The key, or the certificate that it belongs to, is expired now.</summary>
    KeyExpired,

    /// <summary>The key is not validly bound to its certificate.</summary>
    KeyInvalid,

    /// <summary>The key serves another purpose.</summary>
    KeyNotForSigning,

    /// <summary>The lifetime of the signature is over.</summary>
    SignatureExpired,

    /// <summary>The signature was made in the future, or before its key.</summary>
    SignatureTimeImpossible,

    /// <summary>The signature is good, for another manifest.</summary>
    OtherManifest,
}
