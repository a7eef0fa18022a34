namespace OrleansRegistry.Signing;

/// <summary>Makes atomic container signatures.</summary>
internal interface IAtomicSigner
{
    /// <summary>How many signatures make one piece of work: less than a second of it.</summary>
    int PieceSize { get; }

    /// <summary>The signatures of those manifests, or why there is none; in the order of the targets.</summary>
    Task<IReadOnlyList<SignedTarget>> SignAsync(
        IReadOnlyList<SigningTarget> targets, CancellationToken cancellationToken);
}

/// <summary>One signature, or why it could not be made.</summary>
internal sealed record SignedTarget(SigningTarget Target, byte[]? Signature, string? Failure);
