using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Sync;

/// <summary>
/// Brings a repository up to what its upstream holds, as one version. What is to be brought is noted first; an attempt that
/// follows a lost node goes on with what is left.
/// </summary>
internal sealed class SyncHandler(
    IListing<RepositoryRecord> repositories,
    IRepositoryStore store,
    RemoteConnections remotes,
    SyncCampaign campaign,
    ISyncStore syncs,
    IIngestStore ingests,
    IGrainFactory grains,
    ITaskReader tasks,
    IOutsideNames names) : ITaskHandler
{
    // Companions of companions, such as the signature of an attestation; each round looks at all that are left.
    private const int MostRounds = 8;

    private const int ListedPerStep = 1_000;

    public string Kind => SyncTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var arguments = context.Read<SyncArguments>();
        var remote = arguments.Remote ?? await FindRemoteAsync(arguments.Repository, cancellationToken);
        await syncs.BeginAsync(context.Id, arguments.Repository, remote, cancellationToken);
        try
        {
            if (await tasks.FindMadeAsync(context.Id) is null) // or an earlier attempt got this far
                await SyncAsync(context, arguments, remote, cancellationToken);
            await EndAsync(context, arguments, "completed", null);
        }
        catch (UpstreamException failed)
        {
            await EndAsync(context, arguments, "failed", failed.Message);
            throw new ProblemException(ProblemKind.FieldInvalid, failed.Message, "remote");
        }
        catch (ProblemException failed) when (failed.Problem.Kind is not ProblemKind.Superseded)
        {
            await EndAsync(context, arguments, "failed", failed.Message);
            throw;
        }
        catch (Exception) when (context.IsCancelled)
        {
            await syncs.EndAsync(context.Id, "canceled", null, CancellationToken.None);
            throw;
        }
    }

    private async Task SyncAsync(
        TaskContext context, SyncArguments arguments, Guid remote, CancellationToken cancellationToken)
    {
        var (upstream, settings) = await remotes.OpenAsync(remote, cancellationToken: cancellationToken);
        if (context.Resume<Cursor>() is not { IsListed: true })
        {
            await ListAsync(context, arguments, upstream, settings, cancellationToken);
            context.Mark(new Cursor(IsListed: true));
        }

        using var progress = new SyncProgress(context, await CountAsync(context.Id, cancellationToken));
        var piece = new SyncChunk(
            context.Id, arguments.Repository, remote, arguments.Mirror, arguments.SignedOnly, Companions: false, [], 1)
        {
            Strict = arguments.Strict,
        };
        await campaign.BringAsync(piece, chunk => progress.AddAsync(chunk, cancellationToken), cancellationToken);
        for (var round = 0; round < MostRounds; round++)
            if (await campaign.BringAsync(
                piece with { Companions = true }, chunk => progress.AddAsync(chunk, cancellationToken), cancellationToken) == 0)
                break;
        await LeaveRestAsync(context.Id, cancellationToken);
        await progress.EndAsync(cancellationToken);
        if (arguments.Strict)
            await RequireAllAsync(context.Id, cancellationToken);

        if (settings.Platforms is { Count: > 0 })
            await store.AllowSparseIndexesAsync(arguments.Repository, cancellationToken);
        await grains.Repository(arguments.Repository).ApplyAsync(
            new IngestContent(context.Id, arguments.Mirror), context.Stamp, cancellationToken);
    }

    private async Task ListAsync(
        TaskContext context,
        SyncArguments arguments,
        IUpstream upstream,
        RemoteSettings settings,
        CancellationToken cancellationToken)
    {
        const string message = "Downloading tag list", code = "sync.downloading.tag_list";
        var selection = new ReferenceSelection(settings.Includes, settings.Excludes, arguments.SignedOnly);
        await context.ReportAsync(ProgressReport.Running(message, code, 0, 1), cancellationToken);
        var (excluded, companions) = (0L, false);
        await syncs.ExpectAsync(
            context.Id, [.. selection.Digests.Select(digest => new ExpectedReference(digest.ToString(), ReferenceKind.Image))],
            cancellationToken);
        await foreach (var page in upstream.ListTagsAsync(cancellationToken))
            foreach (var names in page.Chunk(ListedPerStep))
            {
                var wanted = names.Select(name => Tag.TryParse(name, out var tag) ? tag : (Tag?)null).OfType<Tag>().Distinct()
                    .Select(tag => (Name: tag, Kind: selection.KindOf(tag)))
                    .Where(tag => tag.Kind is not null)
                    .Select(tag => new ExpectedReference($"{tag.Name}", tag.Kind!.Value)).ToList();
                excluded += names.Length - wanted.Count;
                companions |= wanted.Exists(tag => tag.Kind is ReferenceKind.Companion);
                await syncs.ExpectAsync(context.Id, wanted, cancellationToken);
            }

        if (arguments.SignedOnly && !companions && !new SignatureTrust(settings).JudgesAttached
            && await upstream.FindSignatureSourceAsync(cancellationToken) is SignatureSource.None)
            throw new ProblemException(
                ProblemKind.FieldInvalid,
                "Only signed images are wanted, and nothing can tell which are: the remote names no sigstore, and the upstream "
                + "has neither the extension for signatures nor tags of cosign's. Set sigstore, give the keys of cosign as "
                + "trusted_keys, or synchronise without signed_only.",
                "signed_only");
        await syncs.ExcludeAsync(context.Id, excluded, cancellationToken);
        await ingests.AddAsync(context.Id, new(), cancellationToken); // where nothing is wanted, nothing is gathered
        await context.ReportAsync(ProgressReport.Completed(message, code, 1, 1), cancellationToken);
    }

    private async Task<Guid> FindRemoteAsync(Guid repository, CancellationToken cancellationToken) =>
        (await repositories.FindAsync(repository, cancellationToken))?.Settings.Remote
        ?? throw new ProblemException(
            ProblemKind.FieldInvalid, "The repository has no remote any more to be synchronised from; set one.", "remote");

    private async Task<long> CountAsync(Guid sync, CancellationToken cancellationToken) =>
        (await syncs.CountAsync(sync, cancellationToken)).Sum(one => one.Count);

    // Companions of what was not brought.
    private async Task LeaveRestAsync(Guid sync, CancellationToken cancellationToken)
    {
        while (await syncs.PendingAsync(sync, ReferenceKind.Companion, null, ListedPerStep, cancellationToken)
            is { Count: > 0 } left)
            await syncs.SettleAsync(
                sync,
                [
                    .. left.Select(tag => new SettledReference(
                        tag, SyncOutcome.Skipped, null, SyncReason.NotWanted, "What it speaks of was not taken.", [], default)),
                ],
                cancellationToken);
    }

    private async Task RequireAllAsync(Guid sync, CancellationToken cancellationToken)
    {
        var failed = (await syncs.CountAsync(sync, cancellationToken))
            .Where(one => one.Outcome is SyncOutcome.Failed).Sum(one => one.Count);
        if (failed > 0)
            throw new ProblemException(
                ProblemKind.FieldInvalid,
                $"{failed} references could not be brought, and nothing was changed, as strict demands; sync-report/ of the "
                + "repository names them.",
                "strict");
    }

    private async Task EndAsync(TaskContext context, SyncArguments arguments, string outcome, string? why)
    {
        await ingests.DropAsync(context.Id, CancellationToken.None);
        await syncs.EndAsync(context.Id, outcome, why, CancellationToken.None);
        if (why is not null)
            return;
        var made = await tasks.FindMadeAsync(context.Id);
        if (made is not null)
            context.AddCreated(made);
        var counts = await syncs.CountAsync(context.Id, CancellationToken.None);
        var brought = await syncs.LastAsync([arguments.Repository], CancellationToken.None) is [var last] ? last : null;
        context.Result = TaskJson.Write(new SyncResult(
            made is null ? null : names.PathOf(ResourceReference.Version(made.Repository, made.Number)),
            CountOf(SyncOutcome.Taken), CountOf(SyncOutcome.Unchanged), CountOf(SyncOutcome.Skipped),
            CountOf(SyncOutcome.Failed), brought?.Excluded ?? 0,
            brought?.Brought.Manifests ?? 0, brought?.Brought.Blobs ?? 0, brought?.Brought.Signatures ?? 0, brought?.Brought.Bytes ?? 0,
            names.PathOf(new(ResourceKind.Repository, arguments.Repository)) + "sync-report/"));

        long CountOf(SyncOutcome wanted) => counts.Where(one => one.Outcome == wanted).Sum(one => one.Count);
    }

    /// <summary>Where the work stands: once everything is listed, the catalogue knows what is left.</summary>
    private sealed record Cursor(bool IsListed);

    /// <summary>What the finished task shows.</summary>
    private sealed record SyncResult(
        string? Version,
        long Taken,
        long Unchanged,
        long Skipped,
        long Failed,
        long Excluded,
        long Manifests,
        long Blobs,
        long Signatures,
        long Bytes,
        string Report);
}
