using OrleansRegistry.Repositories;

namespace OrleansRegistry.Signing;

/// <summary>
/// One of the lines in which a node signs. Key: the node, what the line is for, and a number. Work stands in line,
/// whoever sends it, piece by piece.
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
/// <param name="Done">How many of the targets are signed now.</param>
/// <param name="Made">How many of them were not signed before.</param>
[GenerateSerializer]
[Immutable]
[Alias("signed-chunk")]
public sealed record SignedChunk([property: Id(0)] int Done, [property: Id(1)] int Made)
{
    /// <summary>What could not be signed.</summary>
    [Id(2)]
    public SigningFailure[] Failures { get; init; } = [];

    /// <summary>The keys of the signatures that count, made and found.</summary>
    [Id(3)]
    public string[] Keys { get; init; } = [];

    /// <summary>Of cosign: signatures that are to be put under the tags of their images.</summary>
    [Id(4)]
    public CosignSignature[] ForTags { get; init; } = [];

    /// <summary>Of cosign: stored manifests that have the image as their subject.</summary>
    [Id(5)]
    public Attachment[] Referrers { get; init; } = [];
}

/// <summary>One signature as cosign makes it. The payload is stored as a blob already.</summary>
/// <param name="Image">The digest of the image.</param>
/// <param name="Sha256">The SHA-256 digest of its bytes.</param>
/// <param name="Payload">What is signed.</param>
/// <param name="Signature">An ASN.1 DER signature over its SHA-256.</param>
[GenerateSerializer]
[Immutable]
[Alias("cosign-signature")]
public sealed record CosignSignature(
    [property: Id(0)] string Image,
    [property: Id(1)] string Sha256,
    [property: Id(2)] byte[] Payload,
    [property: Id(3)] byte[] Signature);

/// <summary>A manifest that could not be signed, and why.</summary>
[GenerateSerializer]
[Immutable]
[Alias("signing-failure")]
public sealed record SigningFailure(
    [property: Id(0)] string Manifest, [property: Id(1)] string Reference, [property: Id(2)] string Why);
