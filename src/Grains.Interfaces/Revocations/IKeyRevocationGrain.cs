namespace OrleansRegistry.Revocations;

/// <summary>
/// Decides on one key, or one image: the only one to do so. Key: <see cref="RevocationSubject"/> as text.
/// </summary>
[Alias("key-revocation")]
public interface IKeyRevocationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Revokes. When this answers, no node serves any of it any more, and no repository takes any of it; the same order
    /// again changes nothing.
    /// </summary>
    /// <exception cref="ProblemException">Another revocation of it is in force.</exception>
    [Alias("revoke")]
    Task RevokeAsync([Immutable] RevocationOrder order);

    /// <summary>Takes a revocation back: when this answers, every node serves again what versions hold of it.</summary>
    /// <exception cref="ProblemException">It is not in force.</exception>
    [Alias("withdraw")]
    Task WithdrawAsync(Guid revocation, string by, string reason);
}
