using System.Text;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.SigningKeys;

/// <summary>All known keys, ready to verify. They are read anew when one was added, or something was decided of one.</summary>
internal sealed class KeyCabinet(ISigningKeyStore store, IRevocationStore revocations)
{
    private volatile OpenKeys? _known;

    /// <summary>The keys as they are now.</summary>
    public async Task<OpenKeys> AskAsync(CancellationToken cancellationToken)
    {
        // The number first: what is read after it is at least as new, and being ahead of one's number does no harm.
        var epoch = await revocations.EpochAsync(cancellationToken);
        return _known is { } known && known.Epoch == epoch
            ? known
            : _known = OpenKeys.Of(epoch, await store.AllAsync(cancellationToken));
    }
}

/// <summary>Known keys, ready to verify, as of an epoch.</summary>
/// <param name="Epoch">What they are true as of.</param>
/// <param name="Certificates">Those of OpenPGP.</param>
/// <param name="Public">All others, each with its name.</param>
internal sealed record OpenKeys(
    long Epoch, TrustedKeys Certificates, IReadOnlyList<(KeyName Name, CosignPublicKey Key)> Public)
{
    /// <summary>The certificates of OpenPGP, armored, by the fingerprints of their primary keys.</summary>
    public required IReadOnlyDictionary<string, string> Armors { get; init; }

    public static OpenKeys Of(long epoch, IReadOnlyList<KnownKey> keys) => new(
        epoch,
        TrustedKeys.Load(keys.Where(key => key.Kind == "openpgp").Select(key => key.PublicKey).Distinct()
            .Select(armor => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(armor))),
        [
            .. from key in keys where key.Kind == "cosign"
               let opened = CosignPublicKey.TryParse(key.PublicKey, out var known) ? known : null
               where opened is not null
               select (key.Name, opened),
        ])
    {
        Armors = keys.Where(key => key is { Kind: "openpgp", Primary: null })
            .ToDictionary(key => key.Name.Fingerprint!, key => key.PublicKey),
    };
}
