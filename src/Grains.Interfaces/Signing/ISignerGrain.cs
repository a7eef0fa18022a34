namespace OrleansRegistry.Signing;

/// <summary>
/// One of the lines in which a node signs. Key: the node and a number. Work stands in line, whoever sends it: a few
/// signatures wait behind one piece of a large work, not behind all of it.
/// </summary>
[Alias("signer")]
public interface ISignerGrain : IGrainWithStringKey
{
    /// <summary>Signs what is not signed yet, and stores it. Repeating it signs nothing twice.</summary>
    /// <exception cref="ProblemException">There is no such service, or its key cannot be opened.</exception>
    [Alias("sign")]
    [ResponseTimeout("01:00:00")]
    Task<SignedChunk> SignAsync(SigningChunk chunk, CancellationToken cancellationToken = default);
}

/// <summary>A piece of work.</summary>
/// <param name="Service">Who signs.</param>
/// <param name="Task">For which task.</param>
/// <param name="Again">True where only signatures of this very task count as made.</param>
/// <param name="Targets">What is wanted.</param>
/// <param name="Repository">Where cosign's signatures are going to be; null for all others.</param>
[GenerateSerializer]
[Immutable]
[Alias("signing-chunk")]
public sealed record SigningChunk(
    [property: Id(0)] Guid Service,
    [property: Id(1)] Guid Task,
    [property: Id(2)] bool Again,
    [property: Id(3)] SigningTarget[] Targets,
    [property: Id(4)] Guid? Repository = null);

/// <summary>What came of it.</summary>
/// <param name="Keys">What makes the content that counts now unique: signatures, or manifests and tags of cosign.</param>
/// <param name="Made">How many of them were made, not found.</param>
/// <param name="Failures">What could not be signed.</param>
[GenerateSerializer]
[Immutable]
[Alias("signed-chunk")]
public sealed record SignedChunk(
    [property: Id(0)] string[] Keys,
    [property: Id(1)] int Made,
    [property: Id(2)] SigningFailure[] Failures);

/// <summary>A manifest that could not be signed, and why.</summary>
[GenerateSerializer]
[Immutable]
[Alias("signing-failure")]
public sealed record SigningFailure(
    [property: Id(0)] string Manifest, [property: Id(1)] string Reference, [property: Id(2)] string Why);
