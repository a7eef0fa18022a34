using System.Collections.Frozen;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signing;

/// <summary>
/// What is not served, whatever version holds it: the signatures by some keys, and some content by digest. It is data,
/// so that lists leave it out where they are read, and pages stay full.
/// </summary>
/// <param name="keys">Keys whose signatures are withheld.</param>
/// <param name="content">
/// Manifests and blobs: each by the digest that it is stored under. Manifests that are signatures are among them, and
/// whatever tags and referrers lead to them.
/// </param>
/// <param name="attached">Manifests that are signatures by those keys, known from proof.</param>
public sealed class Withheld(
    IEnumerable<WithheldKey> keys, IEnumerable<WithheldContent> content, IEnumerable<WithheldContent>? attached = null)
{
    private readonly FrozenDictionary<string, WithheldKey[]> _byKeyId =
        keys.GroupBy(key => key.KeyId).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private readonly FrozenDictionary<Digest, WithheldContent> _byDigest =
        content.DistinctBy(one => one.Digest).ToFrozenDictionary(one => one.Digest);

    private readonly FrozenDictionary<Digest, WithheldContent> _attached =
        (attached ?? []).DistinctBy(one => one.Digest).ToFrozenDictionary(one => one.Digest);

    public static Withheld Nothing { get; } = new([], []);

    /// <summary>
    /// The number of the decision up to which this takes all into account: what is added to a repository is compared with
    /// it once more when it is committed.
    /// </summary>
    public long Epoch { get; init; }

    /// <summary>
    /// False where it is only what was withheld when that was last known, and more may be by now: no signature is served
    /// then, and what is none still is.
    /// </summary>
    public bool IsConfirmed { get; init; } = true;

    public IReadOnlyList<WithheldKey> Keys { get; } = [.. keys];

    /// <summary>What is withheld by itself, and not for the key that made it.</summary>
    public IEnumerable<Digest> Digests => _byDigest.Keys;

    public bool IsNothing => Keys.Count == 0 && _byDigest.Count == 0;

    /// <summary>The same, and signatures by those keys besides.</summary>
    public Withheld With(IEnumerable<WithheldKey> others) =>
        new([.. Keys, .. others], _byDigest.Values, _attached.Values) { Epoch = Epoch, IsConfirmed = IsConfirmed };

    /// <summary>The same, not confirmed any more.</summary>
    public Withheld Unconfirmed() => new(Keys, _byDigest.Values, _attached.Values) { Epoch = Epoch, IsConfirmed = false };

    /// <summary>The same, for an answer that shows signatures.</summary>
    /// <exception cref="StoreUnavailableException">It is not confirmed.</exception>
    public Withheld RequireConfirmed() => IsConfirmed
        ? this
        : throw new StoreUnavailableException("Which signatures are withheld is not confirmed: none is served.");

    /// <summary>Why signatures that name that key are withheld if they come now; null where they are not.</summary>
    public WithheldKey? Find(string keyId, string? fingerprint) => Find(keyId, fingerprint, DateTimeOffset.MaxValue);

    /// <summary>The same of a signature that was first seen here then.</summary>
    public WithheldKey? Find(string keyId, string? fingerprint, DateTimeOffset firstSeen) =>
        _byKeyId.TryGetValue(keyId, out var named)
            ? Array.Find(named, key => key.Covers(fingerprint) && key.HoldsFor(firstSeen))
            : null;

    /// <summary>Why that content is withheld; null where it is not.</summary>
    public WithheldContent? Find(Digest digest) =>
        _byDigest.GetValueOrDefault(digest) ?? _attached.GetValueOrDefault(digest);

    /// <summary>Whether that content is withheld.</summary>
    public bool Has(Digest digest) => Find(digest) is not null;

    /// <summary>Whether that manifest is withheld.</summary>
    /// <exception cref="StoreUnavailableException">It is a signature, and nothing is confirmed.</exception>
    public bool Has(Manifest manifest)
    {
        if (!IsConfirmed && SignatureManifests.Contains(manifest))
            RequireConfirmed();
        return Has(manifest.Digest);
    }

    /// <summary>Those signatures that are not withheld.</summary>
    public IReadOnlyList<ServedSignature> LeftOf(IReadOnlyList<ServedSignature> signatures) => Keys.Count == 0
        ? signatures
        : [.. signatures.Where(one => Find(one.KeyId, one.Fingerprint, one.FirstSeen) is null)];
}

/// <summary>A key whose signatures are withheld.</summary>
/// <param name="KeyId">16 upper-case hex digits.</param>
/// <param name="Fingerprint">
/// Upper-case hex digits; null where only the key id is known: then every signature that names it is meant. A signature
/// that names no fingerprint is judged by its key id.
/// </param>
/// <param name="Since">Only signatures that were first seen here then or later; null for all.</param>
/// <param name="Why">Which decision it follows from, for people.</param>
/// <param name="Number">That decision's number.</param>
public sealed record WithheldKey(
    string KeyId, string? Fingerprint = null, DateTimeOffset? Since = null, string Why = "", long Number = 0)
{
    /// <summary>All signatures by a key that goes by a key id (16 digits), or by a fingerprint.</summary>
    public static WithheldKey Named(string name) =>
        name.Length == 16 ? new(name) : new(SignatureFilter.KeyIdOf(name), name);

    /// <summary>Whether a signature that names the key id, and this fingerprint or none, is meant.</summary>
    public bool Covers(string? fingerprint) =>
        Fingerprint is null || fingerprint is null || fingerprint == Fingerprint;

    public bool HoldsFor(DateTimeOffset firstSeen) => !(firstSeen < Since);
}

/// <summary>Content that is withheld, and which decision that follows from.</summary>
public sealed record WithheldContent(Digest Digest, string Why = "", long Number = 0);
