using OrleansRegistry.Signatures.Keys;
using OrleansRegistry.Signatures.OpenPgp;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signatures;

/// <summary>
/// The OpenPGP certificates whose signatures count. Immutable; every key in it was verified when it was loaded.
/// </summary>
public sealed class TrustedKeys
{
    private readonly Dictionary<ulong, List<SigningKey>> _byKeyId = [];

    private TrustedKeys(IEnumerable<TrustedKeys> parts)
    {
        foreach (var part in parts)
        {
            foreach (var key in part._byKeyId.Values.SelectMany(keys => keys))
                Add(key);
            Certificates = [.. Certificates, .. part.Certificates];
        }
    }

    private TrustedKeys(CertificateReader reader)
    {
        foreach (var key in reader.Certificates.SelectMany(SigningKey.Of))
            Add(key);
        Certificates = [.. reader.Certificates.Select(parts => new TrustedCertificate(parts))];
        Skipped = reader.Skipped;
    }

    /// <summary>The certificates, in the order of the files.</summary>
    public IReadOnlyList<TrustedCertificate> Certificates { get; } = [];

    /// <summary>One sentence for each file or key that could not be read. The rest is there all the same.</summary>
    public IReadOnlyList<string> Skipped { get; } = [];

    /// <summary>The key ids by which signatures may name a key: 16 upper-case hex digits each.</summary>
    public IEnumerable<string> KeyIds => _byKeyId.Keys.Select(id => id.ToString("X16", null));

    /// <summary>The keys of all certificates that can verify, primary keys before their subkeys.</summary>
    public IEnumerable<CertifiedKey> KeysAt(DateTimeOffset now) => _byKeyId.Values.SelectMany(keys => keys)
        .Where(key => key.Packet.Verifying is not null)
        .OrderBy(key => key.PrimaryFingerprint).ThenBy(key => !key.IsPrimary)
        .Select(key => new CertifiedKey(key, now));

    /// <summary>Reads exports of OpenPGP keys: binary or armored, each of one or many keys. Never throws.</summary>
    /// <remarks>
    /// Copies of one certificate are merged. Of secret keys the public part is used. Not read: keybox files, and what a
    /// designated revoker says. Verifying the certificates' own signatures takes about 0.1 ms each: keep the result.
    /// </remarks>
    public static TrustedKeys Load(params IEnumerable<ReadOnlyMemory<byte>> files)
    {
        var reader = new CertificateReader();
        foreach (var file in files)
            reader.Read(file.Span);
        return new(reader);
    }

    /// <summary>Several sets of keys as one.</summary>
    internal static TrustedKeys Together(IReadOnlyList<TrustedKeys> parts) => parts is [var only] ? only : new(parts);

    /// <summary>
    /// The certificates of an export, armored, by the fingerprint of their primary keys: without whatever else was in it,
    /// and without secrets. Never throws.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Split(ReadOnlySpan<byte> file)
    {
        try
        {
            return CertificateSplitter.Split(file).ToDictionary(one => one.Key, one => PublicArmor.Write(one.Value));
        }
        catch (MalformedException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>
    /// The keys that may have made <paramref name="signature"/>: by fingerprint where it names one, else by key id.
    /// </summary>
    /// <remarks>Several where key ids collide, or where two certificates hold the same key.</remarks>
    internal IReadOnlyList<SigningKey> Find(SignaturePacket signature) =>
        _byKeyId.GetValueOrDefault(signature.IssuerKeyId) is not { } keys ? []
        : signature.IssuerFingerprint is not { } issuer ? keys
        : [.. keys.Where(key => key.Packet.FingerprintBytes.AsSpan().SequenceEqual(issuer))];

    private void Add(SigningKey key)
    {
        _byKeyId.TryAdd(key.Packet.KeyId, []);
        _byKeyId[key.Packet.KeyId].Add(key);
    }
}
