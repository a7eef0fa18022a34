using OrleansRegistry.Content;
using OrleansRegistry.Signatures;

namespace OrleansRegistry.Signing;

/// <summary>Signs by a program, and believes nothing of what it says: each signature is verified before it counts.</summary>
internal sealed class ScriptSigner(
    SigningServiceRecord service, TrustedKeys keys, ScriptProgram program, IContentReader content, TimeProvider clock)
    : IAtomicSigner
{
    public int PieceSize => 8;

    public async Task<IReadOnlyList<SignedTarget>> SignAsync(
        IReadOnlyList<SigningTarget> targets, CancellationToken cancellationToken) =>
        await Task.WhenAll(targets.Select(target => SignOneAsync(target, cancellationToken)));

    /// <summary>One signature, verified.</summary>
    /// <exception cref="SigningFailedException">The program makes none, or one of something else.</exception>
    public async Task<byte[]> SignAsync(
        ReadOnlyMemory<byte> manifest, SigningTarget target, CancellationToken cancellationToken)
    {
        var blob = await program.SignAsync(
            service, manifest, target.Reference, Guid.NewGuid().ToString("N"), cancellationToken);
        if (!AtomicSignature.TryParse(blob, out var signature, out var refusal))
            throw new SigningFailedException($"The script made no signature: {refusal}");
        if (signature.DockerReference != target.Reference)
            throw new SigningFailedException(
                $"The script signed the reference {signature.DockerReference}, not {target.Reference}.");
        return Verifier.Verify(signature, target.Sha256, keys, clock.GetUtcNow()) is Verdict.Refused no
            ? throw new SigningFailedException($"The script made a signature that does not verify: {no.Why}")
            : blob;
    }

    private async Task<SignedTarget> SignOneAsync(SigningTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await content.FindManifestAsync(target.Manifest, cancellationToken)
                ?? throw new SigningFailedException("The manifest does not exist any more.");
            return new(target, await SignAsync(manifest.Bytes, target, cancellationToken), null);
        }
        catch (SigningFailedException failure)
        {
            return new(target, null, failure.Message);
        }
    }
}
