using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Sync;

/// <summary>Brings the images of some references: reads, judges, stores, gathers, and says what became of each.</summary>
internal sealed class ChunkSync(
    RemoteConnections remotes,
    ImageReader images,
    CosignCompanions companions,
    CosignAttachments attachments,
    BlobDownloads downloads,
    IBlobStore blobs,
    IIngestStore ingests,
    ISyncStore syncs,
    IHeadReader head,
    HeldImages held,
    WithheldParts withheld,
    ISignatureGate gate,
    IContentSets sets,
    IGrainFactory grains,
    TimeProvider clock)
{
    // What is collected between its look-up and its gathering is brought again.
    private const int MostTries = 3;

    // An upstream that has not answered so often in a row is not asked for the rest.
    private const int MostUnanswered = 5;

    public async Task<SyncedChunk> BringAsync(SyncChunk chunk, CancellationToken cancellationToken) =>
        (await SettleAsync(chunk, cancellationToken)).Chunk;

    /// <summary>The same, and what became of each reference besides.</summary>
    public async Task<(SyncedChunk Chunk, IReadOnlyList<SettledReference> Settled)> SettleAsync(
        SyncChunk chunk, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await TryBringAsync(chunk, cancellationToken);
            }
            catch (ProblemException lost) when (attempt < MostTries
                && lost.Problem.Kind is ProblemKind.BlobUnknown or ProblemKind.ManifestUnknown)
            {
                continue;
            }
            catch (UpstreamException dead)
            {
                throw new ProblemException(ProblemKind.FieldInvalid, dead.Message, "remote");
            }
    }

    private async Task<(SyncedChunk Chunk, IReadOnlyList<SettledReference> Settled)> TryBringAsync(
        SyncChunk chunk, CancellationToken cancellationToken)
    {
        var (upstream, settings) = await remotes.OpenAsync(chunk.Remote, chunk.Share, cancellationToken);
        var work = new SyncWork(
            chunk, upstream, settings, new SignatureTrust(settings),
            await upstream.FindSignatureSourceAsync(cancellationToken));
        var references = chunk.Companions
            ? await WantedCompanionsAsync(chunk, cancellationToken)
            : chunk.References;

        var resolved = new ConcurrentBag<ResolvedReference>();
        await EachAsync(
            work, references, one => [one],
            async one => resolved.Add(await ResolveAsync(work, one, cancellationToken)), cancellationToken);

        // Names of one image are brought together, unless a policy judges each by itself.
        var groups = resolved.GroupBy(one => (one.Digest, work.Trust.Policy is null ? "" : one.Reference))
            .Select(same => same.ToList());
        await EachAsync(
            work, groups, same => [.. same.Select(one => one.Reference)],
            async same => work.Brought.Add(await BringImageAsync(work, same, cancellationToken)), cancellationToken);

        if (chunk.Keeps && work.NotBrought.Any(one => one.IsToBeKept))
            await KeepAsync(work, cancellationToken);
        return await StoreAsync(work, cancellationToken);
    }

    private async Task<IReadOnlyCollection<string>> WantedCompanionsAsync(
        SyncChunk chunk, CancellationToken cancellationToken)
    {
        var named = chunk.References.ToDictionary(tag => tag, tag => CompanionTags.ImageOf(Tag.Parse(tag))!.Value);
        var gathered = (await ingests.GatheredAsync(chunk.Task, [.. named.Values.Distinct()], cancellationToken)).ToHashSet();
        return [.. named.Where(one => gathered.Contains(one.Value)).Select(one => one.Key)];
    }

    // Does it for each, so many at once as the remote takes, and notes what fails as far as others can go on.
    private static Task EachAsync<T>(
        SyncWork work,
        IEnumerable<T> things,
        Func<T, string[]> references,
        Func<T, Task> bring,
        CancellationToken cancellationToken) => Parallel.ForEachAsync(
            things,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = work.Settings.DownloadConcurrency ?? RemoteSettings.UsualConcurrency,
                CancellationToken = cancellationToken,
            },
            async (thing, _) =>
            {
                try
                {
                    await bring(thing);
                    work.Unanswered = 0;
                }
                catch (NotBroughtException refused)
                {
                    work.Unanswered = 0;
                    work.Fail(
                        references(thing), refused.Outcome, refused.Reason, refused.Message,
                        isToBeKept: refused.Reason is SyncReason.Mismatch);
                }
                catch (UpstreamException failed)
                    when (failed.Failure is not (UpstreamFailure.Denied or UpstreamFailure.Forbidden))
                {
                    if (failed.Failure is UpstreamFailure.Unreachable
                        && Interlocked.Increment(ref work.Unanswered) >= MostUnanswered)
                        throw;
                    work.Fail(
                        references(thing), SyncOutcome.Failed,
                        failed.Failure is UpstreamFailure.Mismatch ? SyncReason.Mismatch : SyncReason.Upstream,
                        failed.Message, isToBeKept: true);
                }
            });

    private static async Task<ResolvedReference> ResolveAsync(SyncWork work, string text, CancellationToken cancellationToken)
    {
        if (Digest.TryParse(text, out var digest))
            return new(text, digest, null);
        var reference = Reference.To(Tag.Parse(text));
        var named = await work.Upstream.HeadManifestAsync(reference, cancellationToken) ?? throw Missing(text);
        if (named.MediaType is MediaTypes.DockerSchema1 or MediaTypes.DockerSchema1Signed)
            throw NotBroughtException.Skipped(
                SyncReason.Unsupported, "It is a Docker schema 1 manifest, which this registry does not keep.");
        if (named.Digest is { } known)
            return new(text, known, null);
        var sent = await work.Upstream.GetManifestAsync(reference, cancellationToken) ?? throw Missing(text);
        return new(text, sent.Digest, sent);
    }

    private static NotBroughtException Missing(string reference) => NotBroughtException.Failed(
        SyncReason.MissingUpstream, $"The upstream lists the tag {reference}, and has no manifest for it.");

    private async Task<BroughtImage> BringImageAsync(
        SyncWork work, List<ResolvedReference> names, CancellationToken cancellationToken)
    {
        var image = await images.ReadAsync(
            work.Upstream, names[0].Digest, names[0].Sent, new(work.Settings.Platforms), cancellationToken);
        var signatures = await JudgeAsync(work, image, names[0].Reference, cancellationToken);
        await images.AddReferrersAsync(image, work.Upstream, work.Chunk.Strict, cancellationToken);
        image.Notes.AddRange(signatures?.Notes ?? []);
        await withheld.LeaveOutNamedAsync(image, cancellationToken);
        var (count, bytes) = await BringBlobsAsync(work, image, cancellationToken);
        await withheld.LeaveOutAttachedAsync(image, cancellationToken);
        var manifests = image.Parts.Where(part => part.IsNew).ToList();
        return new(
            image, names, signatures?.Kept ?? [],
            new(manifests.Count, count, 0, bytes + manifests.Sum(part => (long)part.Manifest.Bytes.Length)));
    }

    /// <summary>The signatures to keep; null where they could not be had, and the image is taken all the same.</summary>
    private async Task<UpstreamSignatures?> JudgeAsync(
        SyncWork work, UpstreamImage image, string reference, CancellationToken cancellationToken)
    {
        var isWanted = !work.Chunk.SignedOnly || work.Chunk.Companions;
        UpstreamSignatures? signatures = null;
        if (work.Source is not SignatureSource.None || work.Trust.Policy is { AsksForAttached: true })
            try
            {
                signatures = await UpstreamSignatures.ReadAsync(
                    work, image, reference, attachments, await gate.AskAsync(cancellationToken), sets, clock.GetUtcNow(),
                    cancellationToken);
            }
            catch (UpstreamException unavailable) when (unavailable.Failure is UpstreamFailure.SignaturesUnavailable)
            {
                if (!isWanted)
                    throw NotBroughtException.Skipped(SyncReason.SignaturesUnavailable, unavailable.Message);
                image.Notes.Add($"Signatures were not available: {unavailable.Message}");
                if (work.Chunk.Keeps)
                    work.KeepSignatures.Add(image);
                return null;
            }

        if (isWanted
            || (signatures is not null && Leaves(image).TrueForAll(part => signatures.IsSigned(part.Manifest.Digest))))
            return signatures;
        var refusals = await RefuseAttachedAsync(work, image.Root, cancellationToken);
        if (refusals is null)
            return signatures;
        var unsigned = Leaves(image).Where(part => signatures?.IsSigned(part.Manifest.Digest) is not true).ToList();
        var isBad = refusals.Count > 0
            || (signatures is not null && unsigned.Exists(part => signatures.HasAny(part.Manifest.Digest)));
        throw NotBroughtException.Skipped(
            isBad ? SyncReason.BadSignature : SyncReason.NotSigned,
            Explain(image, unsigned, isBad, [.. signatures?.Notes ?? [], .. refusals]));
    }

    /// <summary>Why nothing that cosign attached counts, a sentence each; null where something does.</summary>
    private async Task<IReadOnlyList<string>?> RefuseAttachedAsync(
        SyncWork work, Digest image, CancellationToken cancellationToken)
    {
        // Beside another source they count where somebody named their keys; without one, companions are all there is.
        if (!work.Trust.TakesAttached)
            return work.Source is SignatureSource.None && !work.Trust.IsParticular
                && await companions.IsSignedAsync(work.Chunk.Task, work.Upstream, image, cancellationToken) ? null : [];
        var attached = await attachments.ReadAsync(work.Chunk.Task, work.Upstream, image, cancellationToken);
        var refusals = attached.Select(signature => work.Trust.Refuse(signature, image)).ToList();
        return refusals.Contains(null)
            ? null
            :
            [
                .. refusals.Select((refusal, place) =>
                    $"Signature {place + 1} that cosign attached to {image} does not count: {refusal}"),
            ];
    }

    // An index is as signed as all that it lists.
    private static List<UpstreamPart> Leaves(UpstreamImage image)
    {
        var listed = image.Own.Where(part => !part.Document.IsIndex).ToList();
        return listed.Count > 0 ? listed : [.. image.Own];
    }

    private static string Explain(
        UpstreamImage image, List<UpstreamPart> unsigned, bool isBad, IReadOnlyList<string> notes)
    {
        var which = unsigned is [var only] && only.Manifest.Digest == image.Root
            ? "The image"
            : $"Of the index, {SomeNames.Of([.. unsigned.Select(part => part.Manifest.Digest.ToString())])}";
        return !isBad
            ? $"{which} has no signature, and only signed ones are wanted."
            : $"{which} has no signature that counts. {string.Join(' ', notes.Take(3))}";
    }

    private async Task<(long Count, long Bytes)> BringBlobsAsync(
        SyncWork work, UpstreamImage image, CancellationToken cancellationToken)
    {
        var wanted = image.Blobs;
        var standing = await blobs.StandingAsync([.. wanted.Select(blob => blob.Digest)], cancellationToken);
        var isOnDemand = work.Settings.Policy is not "immediate";
        var origin = new BlobOrigin(work.Chunk.Remote, work.Settings.Policy is "streamed");
        var always = image.AlwaysFetched;
        var missing = wanted.Where(blob => !standing.TryGetValue(blob.Digest, out var isPromised) || isPromised)
            .ToLookup(blob => isOnDemand && !always.Contains(blob.Digest));
        await blobs.PromiseAsync(null, [.. missing[true]], origin, cancellationToken);
        var brought = new List<Blob>();
        foreach (var blob in missing[false])
            try
            {
                await downloads.BringAsync(work.Upstream, work.Chunk.Remote, blob, cancellationToken);
                brought.Add(blob);
            }
            catch (NotBroughtException lost) when (lost.Reason is SyncReason.MissingUpstream
                && !work.Chunk.Strict && image.LeaveOut(blob.Digest, lost.Message))
            {
                continue; // others of what left may be brought in vain
            }

        await blobs.SourceAsync([.. brought.Select(blob => blob.Digest)], origin, cancellationToken);
        return (brought.Count, brought.Sum(blob => blob.Size));
    }

    // All else is going to leave; what the upstream has and could not be brought is not to leave with it.
    private async Task KeepAsync(SyncWork work, CancellationToken cancellationToken)
    {
        var version = await grains.Repository(work.Chunk.Repository).GetHeadAsync();
        work.Kept.AddRange(await held.FindAsync(
            work.Chunk.Repository, version,
            [.. work.NotBrought.Where(one => one.IsToBeKept).Select(one => one.Settled.Reference)], cancellationToken));
    }

    private async Task<(SyncedChunk Chunk, IReadOnlyList<SettledReference> Settled)> StoreAsync(
        SyncWork work, CancellationToken cancellationToken)
    {
        foreach (var image in work.KeepSignatures)
            work.Kept.AddRange((await head.AimingAtAsync(
                work.Chunk.Repository, [.. image.Own.Select(part => part.Manifest.Digest)], cancellationToken))
                .Where(unit => unit.Kind is ContentKind.Signature));
        var units = work.Brought.SelectMany(image => image.Units).Select(unit => unit.InRepository).Distinct().ToList();
        var there = (await head.FindAsync(work.Chunk.Repository, units, cancellationToken)).ToHashSet();
        await GatherAsync(work, cancellationToken);
        SettledReference[] settled =
            [.. work.Brought.SelectMany(image => image.Settle(there)), .. work.NotBrought.Select(one => one.Settled)];
        await syncs.SettleAsync(work.Chunk.Task, settled, cancellationToken);
        var brought = new SyncedChunk(
            settled.Length, work.Brought.Sum(image => image.Names.Count), work.Brought.Sum(image => image.Tally.Blobs));
        return (brought, settled);
    }

    // Manifests before their signatures, in batches that the store takes.
    private async Task GatherAsync(SyncWork work, CancellationToken cancellationToken)
    {
        var parts = work.Brought.SelectMany(image => image.Image.Parts).DistinctBy(part => part.Manifest.Digest).ToList();
        var known = parts.Where(part => !part.IsNew).Select(part => ContentUnit.Manifest(part.Manifest.Digest))
            .Concat(work.Brought.SelectMany(image => image.Image.Blobs).Select(blob => ContentUnit.Blob(blob.Digest)))
            .Concat(work.Kept).Distinct();
        var tags = work.Brought.SelectMany(image => image.Tags.Select(tag => (tag, image.Image.Root)));
        foreach (var batch in known.Chunk(IIngestStore.MostPerBatch))
            await ingests.AddAsync(work.Chunk.Task, new() { Known = batch }, cancellationToken);
        foreach (var batch in parts.Where(part => part.IsNew).Select(part => part.Manifest).Chunk(IIngestStore.MostPerBatch / 4))
            await ingests.AddAsync(work.Chunk.Task, new() { Manifests = batch }, cancellationToken);
        foreach (var batch in work.Brought.SelectMany(image => image.Signatures).Chunk(IIngestStore.MostPerBatch))
            await ingests.AddAsync(work.Chunk.Task, new() { Signatures = batch }, cancellationToken);
        foreach (var batch in tags.Chunk(IIngestStore.MostPerBatch))
            await ingests.AddAsync(work.Chunk.Task, new() { Tags = batch }, cancellationToken);
    }
}
