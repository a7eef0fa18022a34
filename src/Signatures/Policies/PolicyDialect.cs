namespace OrleansRegistry.Signatures.Policies;

/// <summary>How a policy may name keys.</summary>
public enum PolicyDialect
{
    /// <summary>As clients read it: in files, or by value. What cannot be judged by keys alone is read, and never met.</summary>
    Client,

    /// <summary>
    /// By value alone (<c>keyData</c>, and <c>keyDatas</c> of <c>sigstoreSigned</c>), and each key must be one: there are no
    /// files where the policy is judged. What cannot be judged is refused.
    /// </summary>
    ByValue,

    /// <summary>
    /// The same, or by the fingerprint of a key that the server knows: <c>keyFingerprint</c>, <c>keyFingerprints</c>.
    /// </summary>
    Server,
}
