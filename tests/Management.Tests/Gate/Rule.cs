using System.Security.Cryptography;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management.Tests;

/// <summary>A gate that withholds what a test says, from then on and on every node that has it.</summary>
public sealed class Rule : ISignatureGate
{
    private Withheld _withheld = Withheld.Nothing;

    public ValueTask<Withheld> AskAsync(CancellationToken cancellationToken = default) => new(Volatile.Read(ref _withheld));

    /// <summary>Withholds that, until what it answers is disposed of.</summary>
    public IDisposable Withhold(
        IEnumerable<string>? keyIds = null,
        IEnumerable<string>? fingerprints = null,
        IEnumerable<string>? digests = null,
        bool isConfirmed = true)
    {
        Volatile.Write(
            ref _withheld,
            new(
                (keyIds ?? []).Concat(fingerprints ?? []).Select(WithheldKey.Named),
                (digests ?? []).Select(digest => new WithheldContent(Digest.Parse(digest))))
            {
                IsConfirmed = isConfirmed,
            });
        return new Ending(this);
    }

    private sealed class Ending(Rule rule) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref rule._withheld, Withheld.Nothing);
    }
}

/// <summary>A key as signatures name it; there is no more to it.</summary>
public sealed class Key
{
    private readonly byte[] _fingerprint = RandomNumberGenerator.GetBytes(20);

    public string Fingerprint => Convert.ToHexString(_fingerprint);

    public string Id => Fingerprint[^16..];

    public byte[] Sign(string digest, bool byIdAlone = false) =>
        Openpgp.Sign(digest, key: _fingerprint, byIdAlone: byIdAlone);
}
