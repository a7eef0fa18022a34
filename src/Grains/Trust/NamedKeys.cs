using System.Collections.Concurrent;
using System.Text;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Trust;

/// <summary>The keys that this server knows, for policies that name them by fingerprint.</summary>
internal sealed class NamedKeys(OpenKeys keys) : INamedKeys
{
    private readonly ConcurrentDictionary<string, TrustedKeys?> _certificates = new();

    /// <summary>What it is true as of.</summary>
    public long Epoch => keys.Epoch;

    public TrustedKeys? FindCertificate(string fingerprint) => _certificates.GetOrAdd(
        fingerprint,
        static (name, keys) => keys.Armors.TryGetValue(name, out var armor)
            ? TrustedKeys.Load(Encoding.UTF8.GetBytes(armor))
            : null,
        keys);

    public CosignPublicKey? FindPublicKey(string fingerprint) =>
        keys.Public.FirstOrDefault(known => known.Name.Fingerprint == fingerprint).Key;
}
