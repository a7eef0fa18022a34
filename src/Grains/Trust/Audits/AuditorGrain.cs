using Orleans.Placement;

namespace OrleansRegistry.Trust;

/// <inheritdoc cref="IAuditorGrain"/>
/// <remarks>It only keeps the line; the work is done off its scheduler.</remarks>
[RandomPlacement]
internal sealed class AuditorGrain(AuditWork work) : Grain, IAuditorGrain
{
    public Task JudgeAsync(AuditPiece piece, CancellationToken cancellationToken) =>
        Task.Run(() => work.JudgeAsync(piece, cancellationToken), cancellationToken);
}
