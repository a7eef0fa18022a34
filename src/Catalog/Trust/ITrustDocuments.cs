namespace OrleansRegistry.Trust;

/// <summary>The documents of trust policies: whether they can be read, and what clients make of them.</summary>
public interface ITrustDocuments
{
    /// <summary>The document as clients can read it, policy.json: every key by value.</summary>
    /// <exception cref="ProblemException">A key that it names is not known.</exception>
    Task<string> ForClientsAsync(string document, CancellationToken cancellationToken = default);

    /// <summary>The certificates of OpenPGP that a document trusts, armored: a file for gpg, and for clients.</summary>
    /// <exception cref="ProblemException">A key that it names is not known.</exception>
    Task<string> KeyringAsync(string document, CancellationToken cancellationToken = default);

    /// <summary>What is wrong with a document, and where, in one sentence; null where nothing is.</summary>
    string? WhyInvalid(string document);
}
