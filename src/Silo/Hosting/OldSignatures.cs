using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Hosting;

/// <summary>Signatures that an earlier version of this program stored.</summary>
internal static class OldSignatures
{
    /// <summary>What one states; of one that this version would refuse, its own hash, as that of nothing else.</summary>
    public static string StatementOf(byte[] bytes) =>
        AtomicSignature.TryParse(bytes, out var signature, out _) ? signature.Statement : Digest.Sha256(bytes).Hex;
}
