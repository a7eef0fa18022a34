using Orleans.Placement;

namespace OrleansRegistry.Signing;

/// <inheritdoc cref="ISignerGrain"/>
/// <remarks>It only keeps the line; the work is done off its scheduler.</remarks>
[RandomPlacement]
internal sealed class SignerGrain(ChunkSigning signing) : Grain, ISignerGrain
{
    public Task<SignedChunk> SignAsync(SigningChunk chunk, CancellationToken cancellationToken) =>
        Task.Run(() => MeasureAsync(chunk, cancellationToken), cancellationToken);

    private async Task<SignedChunk> MeasureAsync(SigningChunk chunk, CancellationToken cancellationToken)
    {
        var signed = await signing.SignAsync(chunk, cancellationToken);
        Measures.SignaturesMade.Add(signed.Made);
        return signed;
    }
}
