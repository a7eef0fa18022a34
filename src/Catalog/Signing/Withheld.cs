using System.Collections.Frozen;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>
/// What is not served, whatever version holds it: the signatures by some keys, and some content by digest. It is data,
/// so that lists leave it out where they are read, and pages stay full.
/// </summary>
/// <param name="keyIds">Keys by their id, 16 upper-case hex digits: no signature that names one is served.</param>
/// <param name="fingerprints">
/// Keys by their fingerprint, upper-case hex digits. A signature that does not name its fingerprint is judged by the key
/// id that follows from it.
/// </param>
/// <param name="digests">
/// Manifests that are signatures, which tags and referrers lead to, and blobs that hold some: each by the digest that it
/// is stored under.
/// </param>
public sealed class Withheld(
    IEnumerable<string> keyIds, IEnumerable<string> fingerprints, IEnumerable<Digest> digests)
{
    public static Withheld Nothing { get; } = new([], [], []);

    /// <summary>
    /// False where it is only what was withheld when that was last known, and more may be by now: no signature is served
    /// then, and what is none still is.
    /// </summary>
    public bool IsConfirmed { get; init; } = true;

    public FrozenSet<string> KeyIds { get; } = keyIds.ToFrozenSet();

    public FrozenSet<string> Fingerprints { get; } = fingerprints.ToFrozenSet();

    /// <summary>The key ids that follow from the fingerprints.</summary>
    public FrozenSet<string> ImpliedKeyIds { get; } = fingerprints.Select(SignatureFilter.KeyIdOf).ToFrozenSet();

    public FrozenSet<Digest> Digests { get; } = digests.ToFrozenSet();

    public bool IsNothing => KeyIds.Count == 0 && Fingerprints.Count == 0 && Digests.Count == 0;

    /// <summary>The same, for an answer that shows signatures.</summary>
    /// <exception cref="StoreUnavailableException">It is not confirmed.</exception>
    public Withheld RequireConfirmed() => IsConfirmed
        ? this
        : throw new StoreUnavailableException("Which signatures are withheld is not confirmed: none is served.");

    /// <summary>Whether signatures that name that key are withheld.</summary>
    public bool HasKey(string keyId, string? fingerprint) =>
        KeyIds.Contains(keyId)
        || (fingerprint is null ? ImpliedKeyIds.Contains(keyId) : Fingerprints.Contains(fingerprint));

    /// <summary>Whether that content is withheld.</summary>
    public bool Has(Digest digest) => Digests.Contains(digest);

    /// <summary>Whether that manifest is withheld.</summary>
    /// <exception cref="StoreUnavailableException">It is a signature, and nothing is confirmed.</exception>
    public bool Has(Manifest manifest)
    {
        if (!IsConfirmed && SignatureManifests.Contains(manifest))
            RequireConfirmed();
        return Has(manifest.Digest);
    }

    /// <summary>Those signatures that are not withheld.</summary>
    public IReadOnlyList<ServedSignature> LeftOf(IReadOnlyList<ServedSignature> signatures) => IsNothing
        ? signatures
        : [.. signatures.Where(signature => !HasKey(signature.KeyId, signature.Fingerprint))];
}
