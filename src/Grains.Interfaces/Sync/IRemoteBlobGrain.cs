using Orleans.Concurrency;

namespace OrleansRegistry.Sync;

/// <summary>
/// The one fetching of a blob that is promised and not here: whoever wants it reads along. Key: its digest.
/// </summary>
[Alias("remote-blob")]
public interface IRemoteBlobGrain : IGrainWithStringKey
{
    /// <summary>Begins to fetch it, unless that goes on already, or has just ended well.</summary>
    /// <param name="size">How many bytes it has, as its manifests say.</param>
    /// <exception cref="ProblemException">Nobody has it to give.</exception>
    [AlwaysInterleave]
    [Alias("fetch")]
    Task<RemoteBlobStanding> FetchAsync(long size);

    /// <summary>Where the fetching stands: at once where it has got further, else when it does, or after a while.</summary>
    /// <param name="upload">Which fetching.</param>
    /// <param name="beyond">How many bytes are known to have arrived.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [AlwaysInterleave]
    [Alias("wait")]
    Task<RemoteBlobStanding> WaitAsync(Guid upload, long beyond, CancellationToken cancellationToken = default);
}

/// <summary>Where a fetching stands.</summary>
/// <param name="Upload">The upload that what arrives is written to.</param>
/// <param name="Arrived">So many bytes can be read there.</param>
/// <param name="State">How it goes.</param>
[GenerateSerializer]
[Immutable]
[Alias("remote-blob-standing")]
public sealed record RemoteBlobStanding(
    [property: Id(0)] Guid Upload,
    [property: Id(1)] long Arrived,
    [property: Id(2)] RemoteBlobState State)
{
    /// <summary>What kind of problem it is that it failed by, by name: names outlive numbers.</summary>
    [Id(3)]
    private string? Kind { get; init; }

    [Id(4)]
    private string? Why { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public Problem? Failure => Kind is null ? null : new(Enum.Parse<ProblemKind>(Kind), Why!);

    /// <summary>The same fetching, broken off.</summary>
    public RemoteBlobStanding Failed(Problem problem) => this with
    {
        State = RemoteBlobState.Failed,
        Kind = problem.Kind.ToString(),
        Why = problem.Message,
    };
}

/// <summary>How a fetching goes.</summary>
[GenerateSerializer]
[Alias("remote-blob-state")]
public enum RemoteBlobState
{
    /// <summary>Bytes are still to come.</summary>
    Arriving,

    /// <summary>All bytes are here, and have been proven to be the blob.</summary>
    Proven,

    /// <summary>It was broken off, or the bytes are not the blob.</summary>
    Failed,
}
