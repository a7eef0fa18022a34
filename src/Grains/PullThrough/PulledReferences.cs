using Microsoft.Extensions.Logging;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Sync;

namespace OrleansRegistry.PullThrough;

/// <summary>Asks the upstream of a pull-through distribution for one reference, and brings what has changed.</summary>
internal sealed partial class PulledReferences(
    IPullThroughStore store,
    IRemoteStore remotes,
    IUpstreams upstreams,
    RemoteConnections connections,
    ChunkSync sync,
    IIngestStore ingests,
    IHeadReader heads,
    IGrainFactory grains,
    ILogger<PulledReferences> logger)
{
    // What is collected between its gathering and its commit is brought again.
    private const int MostTries = 3;

    private static readonly TimeSpan LongestFollowing = TimeSpan.FromMinutes(5);

    /// <param name="name">The name that is pulled.</param>
    /// <param name="reference">What is pulled of it; null for the name itself.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Pulled> PullAsync(RepositoryName name, Reference? reference, CancellationToken cancellationToken)
    {
        var child = await store.FindChildAsync(name, cancellationToken);
        try
        {
            var isNamed = child is null && await grains.Distribution(name).FindAsync() is not null;
            if (isNamed) // by another pull, between the two looks; or nobody asks upstream for it any more
                child = await store.FindChildAsync(name, cancellationToken);
            if (child is not null)
                return await RefreshAsync(child, reference, cancellationToken);
            if (isNamed)
                return Pulled.Well(TimeSpan.Zero); // what is here is all there is
            return await CreateAsync(name, reference, cancellationToken);
        }
        catch (UpstreamException failed)
        {
            var isHere = child is not null && await FindAsync(child, reference, cancellationToken) is not null;
            return new(ProblemOf(failed, name, reference), isHere ? child!.TagTtl : TimeSpan.Zero);
        }
        catch (ProblemException refused)
        {
            // Of a remote that cannot be used, the words are for those who synchronise.
            var problem = refused.Problem;
            return new(
                problem.Kind is ProblemKind.FieldInvalid ? problem with { Kind = ProblemKind.UpstreamFailed } : problem,
                TimeSpan.Zero);
        }
    }

    private async Task<Pulled> CreateAsync(RepositoryName name, Reference? reference, CancellationToken cancellationToken)
    {
        var above = await store.ListAboveAsync(name, cancellationToken);
        if (above.FirstOrDefault(one => one.UpstreamNameOf(name) is not null) is not { } parent
            || await remotes.FindSecretsAsync(parent.Remote, cancellationToken) is not { } secrets)
            return new(
                new(ProblemKind.NameUnknown, "This registry has no repository of that name.", name.ToString()),
                TimeSpan.Zero);

        // Only what is there upstream comes into being here.
        var upstream = upstreams.Open(parent.Remote, parent.SettingsOf(name, parent.UpstreamNameOf(name)!), secrets);
        UpstreamHead? found = null;
        if (reference is not { } wanted)
            await foreach (var _ in upstream.ListTagsAsync(cancellationToken))
                break;
        else if ((found = await upstream.HeadManifestAsync(wanted, cancellationToken)) is null)
            return new(Missing(upstream, wanted), TimeSpan.Zero);

        var child = await store.GetOrCreateChildAsync(parent, name, cancellationToken);
        await grains.Distribution(name).RefreshAsync();
        if (reference is { } named)
            await BringAsync(child, named, found!, cancellationToken);
        return Pulled.Well(child.TagTtl);
    }

    private async Task<Pulled> RefreshAsync(
        PullThroughChild child, Reference? reference, CancellationToken cancellationToken)
    {
        if (reference is not { } wanted)
            return Pulled.Well(child.TagTtl);
        var held = await FindAsync(child, reference, cancellationToken);
        if (held is not null && wanted.Digest is not null)
            return Pulled.Well(child.TagTtl); // it means the same for ever
        var (upstream, _) = await connections.OpenAsync(child.Remote, cancellationToken: cancellationToken);
        if (await upstream.HeadManifestAsync(wanted, cancellationToken) is not { } found)
            return new(Missing(upstream, wanted), child.TagTtl);

        // What did not move may have been signed since; nobody needs to wait for that.
        if (held is not null && held == found.Digest)
            return Pulled.Well(child.TagTtl) with { Follow = () => FollowAsync(child, wanted, found) };
        await BringAsync(child, wanted, found, cancellationToken);
        return Pulled.Well(child.TagTtl);
    }

    private async Task<Digest?> FindAsync(
        PullThroughChild child, Reference? reference, CancellationToken cancellationToken)
    {
        if (reference is not { } wanted)
            return null;
        var key = wanted.Digest is { } digest
            ? ContentUnit.Manifest(digest).InRepository
            : ContentKey.Tag(wanted.Tag);
        var found = await heads.FindAsync(child.Repository, [key], cancellationToken);
        return found is [var unit] ? wanted.Digest ?? unit.Target : null;
    }

    private async Task FollowAsync(PullThroughChild child, Reference reference, UpstreamHead found)
    {
        try
        {
            using var stop = new CancellationTokenSource(LongestFollowing);
            await BringAsync(child, reference, found, stop.Token);
        }
        catch (Exception failed)
        {
            LogNotFollowed(reference.ToString(), child.Repository, failed.Message);
        }
    }

    private async Task BringAsync(
        PullThroughChild child, Reference reference, UpstreamHead found, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var gathering = Guid.CreateVersion7();
            try
            {
                await GatherAsync(gathering, child, reference, found, cancellationToken);
                await grains.Repository(child.Repository).ApplyAsync(
                    new IngestContent(gathering, Mirror: false), cancellationToken: cancellationToken);
                return;
            }
            catch (ProblemException lost) when (attempt < MostTries
                && lost.Problem.Kind is ProblemKind.Outdated or ProblemKind.BlobUnknown)
            {
                continue;
            }
            finally
            {
                await ingests.DropAsync(gathering, CancellationToken.None);
            }
        }
    }

    // By digest: a tag that moves at this very moment is then the one that was found.
    private async Task GatherAsync(
        Guid gathering,
        PullThroughChild child,
        Reference reference,
        UpstreamHead found,
        CancellationToken cancellationToken)
    {
        var wanted = found.Digest?.ToString() ?? reference.ToString();
        var (_, settled) = await sync.SettleAsync(
            new(gathering, child.Repository, child.Remote, Keeps: false, SignedOnly: false, Companions: false, [wanted], 1),
            cancellationToken);
        if (settled is not [{ Outcome: SyncOutcome.Taken or SyncOutcome.Unchanged }])
            throw settled is [{ Reason: SyncReason.MissingUpstream or SyncReason.Unsupported } refused]
                ? new ProblemException(ProblemKind.ManifestUnknown, refused.Message!, reference.ToString())
                : new ProblemException(
                    ProblemKind.UpstreamFailed, settled is [{ Message: { } why }] ? why : "The image could not be brought.",
                    reference.ToString());
        if (reference.Digest is null && found.Digest is { } digest)
            await ingests.AddAsync(gathering, new() { Tags = [(reference.Tag, digest)] }, cancellationToken);
    }

    private static Problem Missing(IUpstream upstream, Reference reference) => new(
        ProblemKind.ManifestUnknown, $"The upstream has no such manifest: {upstream.Name}.", reference.ToString());

    private static Problem ProblemOf(UpstreamException failed, RepositoryName name, Reference? reference) => new(
        failed.Failure switch
        {
            UpstreamFailure.Missing => reference is null ? ProblemKind.NameUnknown : ProblemKind.ManifestUnknown,
            UpstreamFailure.Denied => ProblemKind.Denied,
            _ => ProblemKind.UpstreamFailed,
        },
        failed.Message,
        reference?.ToString() ?? name.ToString());

    [LoggerMessage(LogLevel.Information, "What speaks of {Reference} in {Repository} could not be looked for upstream: {Why}")]
    private partial void LogNotFollowed(string reference, Guid repository, string why);
}

/// <summary>What came of asking.</summary>
/// <param name="Problem">Why the repository does not hold what the upstream has; null where it does.</param>
/// <param name="Lasts">For so long nobody need ask again.</param>
internal sealed record Pulled(Problem? Problem, TimeSpan Lasts)
{
    /// <summary>What is left to do, and nobody waits for.</summary>
    public Func<Task>? Follow { get; init; }

    public static Pulled Well(TimeSpan lasts) => new(null, lasts);
}
