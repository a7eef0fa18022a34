using System.Text;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.SigningKeys;

/// <summary>Keys as people give them, told apart and ready to verify.</summary>
/// <param name="Certificates">Those of OpenPGP.</param>
/// <param name="Public">All others.</param>
internal sealed record GivenKeys(TrustedKeys Certificates, IReadOnlyList<CosignPublicKey> Public)
{
    /// <param name="texts">Armored exports, and PEMs of public keys.</param>
    public static GivenKeys Open(IEnumerable<string> texts)
    {
        var all = texts.ToLookup(text => CosignPublicKey.TryParse(text, out var key) ? key : null);
        return new(
            TrustedKeys.Load(all[null].Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))),
            [.. all.Select(same => same.Key).OfType<CosignPublicKey>()]);
    }
}
