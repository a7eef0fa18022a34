namespace OrleansRegistry.Trust;

/// <summary>One of the lines in which a node judges what is stored. Key: the node and a number.</summary>
[Alias("auditor")]
public interface IAuditorGrain : IGrainWithStringKey
{
    /// <summary>Judges some manifests, and writes down what became of each. Repeating it writes nothing twice.</summary>
    [Alias("judge")]
    [ResponseTimeout("01:00:00")]
    Task JudgeAsync(AuditPiece piece, CancellationToken cancellationToken = default);
}

/// <summary>A piece of work.</summary>
/// <param name="Audit">For which audit.</param>
/// <param name="Name">By which name they are judged.</param>
/// <param name="Manifests">Digests, in byte order.</param>
[GenerateSerializer]
[Immutable]
[Alias("audit-piece")]
public sealed record AuditPiece(
    [property: Id(0)] Guid Audit, [property: Id(1)] string Name, [property: Id(2)] string[] Manifests);
