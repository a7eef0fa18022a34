using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Keys;

/// <summary>The packets of one certificate, sorted to what they belong to. Nothing is verified yet.</summary>
/// <remarks>
/// Copies of a certificate add up in one, so that an old copy can't hide a revocation in a newer one.
/// </remarks>
internal sealed class CertificateParts(KeyPacket primary)
{
    private readonly Dictionary<string, (byte[] UserId, List<SignaturePacket> Signatures)> _userIds = [];
    private readonly Dictionary<string, (KeyPacket Subkey, List<SignaturePacket> Signatures)> _subkeys = [];

    public KeyPacket Primary { get; } = primary;

    /// <summary>Signatures over the primary key itself.</summary>
    public List<SignaturePacket> OverPrimary { get; } = [];

    public IReadOnlyCollection<(byte[] UserId, List<SignaturePacket> Signatures)> UserIds => _userIds.Values;

    public IReadOnlyCollection<(KeyPacket Subkey, List<SignaturePacket> Signatures)> Subkeys => _subkeys.Values;

    public List<SignaturePacket> SignaturesOf(byte[] userId)
    {
        var name = Convert.ToHexString(userId);
        _userIds.TryAdd(name, (userId, []));
        return _userIds[name].Signatures;
    }

    public List<SignaturePacket> SignaturesOf(KeyPacket subkey)
    {
        _subkeys.TryAdd(subkey.Fingerprint, (subkey, []));
        return _subkeys[subkey.Fingerprint].Signatures;
    }
}
