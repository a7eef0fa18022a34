using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Content;

/// <summary>The signatures that a manifest owns, whatever repositories they are part of.</summary>
public interface ISignatureStore
{
    /// <summary>Stores a signature; the same bytes for the same manifest are stored once.</summary>
    /// <exception cref="ProblemException">There is no such manifest.</exception>
    Task AddAsync(Signature signature, CancellationToken cancellationToken = default);
}

/// <summary>The signatures of repository versions. What may be served of them is the gate's to say.</summary>
public interface ISignatureReader
{
    /// <summary>
    /// The digest of the manifest of that version whose bytes have that SHA-256 digest, or null. It differs from
    /// <paramref name="digest"/> where the manifest was pushed by another algorithm: clients name signatures by SHA-256.
    /// </summary>
    Task<Digest?> FindSignedAsync(
        Guid repository, int version, Digest digest, CancellationToken cancellationToken = default);

    /// <summary>The signatures of one manifest in that version, in the order they came.</summary>
    Task<IReadOnlyList<ServedSignature>> ListAsync(
        Guid repository, int version, Digest manifest, CancellationToken cancellationToken = default);

    /// <summary>
    /// The signatures of that version that are not withheld, in byte order of their keys, after <paramref name="last"/>.
    /// </summary>
    Task<IReadOnlyList<ServedSignature>> ListAllAsync(
        Guid repository,
        int version,
        string? last,
        int limit,
        Withheld withheld,
        CancellationToken cancellationToken = default);
}
