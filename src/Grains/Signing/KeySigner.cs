using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>Signs with a key that this server holds.</summary>
internal sealed class KeySigner(OpenPgpSigner signer, SigningThreads threads, TimeProvider clock) : IAtomicSigner
{
    private const int PerPiece = 250;
    private const int PerSlowPiece = 50;

    public int PieceSize => signer.IsSlow ? PerSlowPiece : PerPiece;

    public Task<IReadOnlyList<SignedTarget>> SignAsync(
        IReadOnlyList<SigningTarget> targets, CancellationToken cancellationToken) =>
        threads.RunAsync<IReadOnlyList<SignedTarget>>(() =>
        {
            var signed = new List<SignedTarget>(targets.Count);
            foreach (var target in targets)
            {
                cancellationToken.ThrowIfCancellationRequested();
                signed.Add(new(
                    target,
                    signer.Sign(target.Sha256, target.Reference, clock.GetUtcNow()),
                    null));
            }

            return signed;
        });
}
