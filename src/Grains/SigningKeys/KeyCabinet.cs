using System.Text;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.SigningKeys;

/// <summary>All known keys, ready to verify. They are read anew when one was added, or something was decided of one.</summary>
internal sealed class KeyCabinet(ISigningKeyStore store)
{
    private volatile OpenKeys? _known;

    /// <summary>The keys as they are now.</summary>
    public async Task<OpenKeys> AskAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Epoch == await store.EpochAsync(cancellationToken))
            return known;
        var (epoch, keys) = await store.AllAsync(cancellationToken);
        return _known = OpenKeys.Of(epoch, keys);
    }
}

/// <summary>Known keys, ready to verify, as of an epoch.</summary>
/// <param name="Epoch">What they are true as of.</param>
/// <param name="Certificates">Those of OpenPGP.</param>
/// <param name="Public">All others, each with its name.</param>
internal sealed record OpenKeys(
    long Epoch, TrustedKeys Certificates, IReadOnlyList<(KeyName Name, CosignPublicKey Key)> Public)
{
    public static OpenKeys Of(long epoch, IReadOnlyList<KnownKey> keys) => new(
        epoch,
        TrustedKeys.Load(keys.Where(key => key.Kind == "openpgp").Select(key => key.PublicKey).Distinct()
            .Select(armor => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(armor))),
        [
            .. from key in keys where key.Kind == "cosign"
               let opened = CosignPublicKey.TryParse(key.PublicKey, out var known) ? known : null
               where opened is not null
               select (key.Name, opened),
        ]);
}
