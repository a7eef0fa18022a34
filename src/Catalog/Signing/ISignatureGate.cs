namespace OrleansRegistry.Signing;

/// <summary>
/// What clients may not see of signatures, now. Every answer that shows one asks here, each time: what a version holds
/// never changes and is kept for ever, and what may be served of it is not, and is never kept.
/// </summary>
public interface ISignatureGate
{
    /// <summary>What is withheld at this moment. Every pull asks: the answer is at hand wherever that is possible.</summary>
    ValueTask<Withheld> AskAsync(CancellationToken cancellationToken = default);

    /// <summary>The same, read anew wherever it is kept: for who was told that something has changed.</summary>
    ValueTask<Withheld> ConfirmAsync(CancellationToken cancellationToken = default) => AskAsync(cancellationToken);
}

/// <summary>The gate where there is nothing to withhold.</summary>
public sealed class OpenGate : ISignatureGate
{
    public ValueTask<Withheld> AskAsync(CancellationToken cancellationToken = default) => new(Withheld.Nothing);
}
