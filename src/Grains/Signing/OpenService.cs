using System.Text;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>A signing service, ready to sign.</summary>
internal sealed class OpenService(SigningServiceRecord record, IAtomicSigner? atomic, CosignKey? cosign)
{
    private const int CosignPiece = 100;

    public SigningServiceRecord Record => record;

    /// <summary>Null for cosign.</summary>
    public IAtomicSigner? Atomic => atomic;

    /// <summary>Null for all others.</summary>
    public CosignKey? Cosign => cosign;

    /// <summary>How many signatures make one piece of work.</summary>
    public int PieceSize => atomic?.PieceSize ?? CosignPiece;

    /// <summary>What signatures of the service verify under; empty for cosign.</summary>
    public TrustedKeys Keys { get; } = KeysOf(record);

    public static TrustedKeys KeysOf(SigningServiceRecord record) => record.Kind is SigningKind.Cosign
        ? TrustedKeys.Load()
        : TrustedKeys.Load(Encoding.ASCII.GetBytes(record.PublicKey));
}
