namespace OrleansRegistry.SigningKeys;

/// <summary>Reads public keys in the forms in which people have them.</summary>
public interface IPublicKeys
{
    /// <summary>The keys in an armored OpenPGP export, or in the PEM of a public key.</summary>
    /// <exception cref="ProblemException">There are none, or they cannot be used.</exception>
    IReadOnlyList<KnownKey> Read(string text);
}
