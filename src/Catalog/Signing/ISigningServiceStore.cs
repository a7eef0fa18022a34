namespace OrleansRegistry.Signing;

/// <summary>Signing services in the catalogue; their secrets are encrypted by a key that is not in it.</summary>
public interface ISigningServiceStore
{
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task AddAsync(SigningServiceRecord service, SigningSecret? secret, CancellationToken cancellationToken = default);

    /// <summary>The service, or null.</summary>
    Task<SigningServiceRecord?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The OpenPGP certificates of all services.</summary>
    Task<IReadOnlyList<string>> CertificatesAsync(CancellationToken cancellationToken = default);

    /// <summary>The public keys of all services: OpenPGP certificates, and PEMs of cosign.</summary>
    Task<IReadOnlyList<string>> PublicKeysAsync(CancellationToken cancellationToken = default);

    /// <summary>What it signs with, or null where it holds nothing.</summary>
    Task<SigningSecret?> FindSecretAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Says anew who may use it, for what.</summary>
    /// <returns>False where there is no such service.</returns>
    Task<bool> ChangeAsync(Guid id, SigningRights rights, CancellationToken cancellationToken = default);

    /// <summary>Deletes it; repositories that name it name none then. What it signed stays.</summary>
    Task DeleteAsync(Guid id, CancellationToken cancellationToken = default);
}
