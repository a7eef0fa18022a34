using OrleansRegistry.Content;
using OrleansRegistry.Revocations;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.SigningKeys;

/// <summary>
/// Looks through the signatures that are here for those that new keys made, page by page. What comes meanwhile is looked at
/// when it comes, by the new keys too: they are known before the first page is read.
/// </summary>
internal sealed class AttributionHandler(
    ISigningKeyStore keys, IAttributionStore store, IAttribution attribution, IRevocationStore revocations,
    ITaskDispatcher dispatcher) : ITaskHandler
{
    private const int PerPage = 500;
    private const string Title = "Look for what the keys signed";
    private const string Code = "signing-keys.attribute";

    public string Kind => AttributionTasks.Kind;

    public bool IsLong => true;

    public async Task RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var order = context.Read<AttributionOrder>();
        if (context.Resume<Standing>() is not { } standing)
        {
            standing = new(0, null, 0);
            await keys.AddAsync(order.Keys, cancellationToken);
        }

        // First, without a key, what manifests attach: each is tried against all keys at once. Then what names each OpenPGP key.
        List<KnownKey?> rounds = [.. order.Keys.Where(key => key.Kind == "openpgp")];
        if (rounds.Count < order.Keys.Count)
            rounds.Insert(0, null);
        while (standing.Round < rounds.Count)
        {
            var last = rounds[standing.Round] is { } key
                ? await ProveAsync(key.Name.KeyId, standing.Last, cancellationToken)
                : await AttachAsync(standing.Last, cancellationToken);
            standing = last.Id is null
                ? new(standing.Round + 1, null, standing.Looked + last.Count)
                : new(standing.Round, last.Id, standing.Looked + last.Count);
            context.Mark(standing);
            await context.ReportAsync(ProgressReport.Running(Title, Code, standing.Looked), cancellationToken);
        }

        await RemoveRevokedAsync(context, order, cancellationToken);
        await context.ReportAsync(ProgressReport.Completed(Title, Code, standing.Looked), cancellationToken);
    }

    // A key may have been revoked before it was known what it had signed.
    private async Task RemoveRevokedAsync(
        TaskContext context, AttributionOrder order, CancellationToken cancellationToken)
    {
        string[] fingerprints = [.. order.Keys.Select(key => key.Name.Fingerprint!)];
        foreach (var revocation in await revocations.InForceOfAsync(fingerprints, cancellationToken))
            await dispatcher.DispatchAsync(RevocationTasks.Revoke(RevocationOrder.ToGoOn(revocation)) with
            {
                Parent = context.Id,
                CreatedBy = context.CreatedBy,
            });
    }

    private async Task<(Guid? Id, int Count)> AttachAsync(Guid? last, CancellationToken cancellationToken)
    {
        var page = await store.AttachingAsync(last, PerPage, cancellationToken);
        while (true)
        {
            var found = new List<(Guid, AttachedKeys)>();
            foreach (var (id, manifest) in page)
                if (await FindAsync(manifest, cancellationToken) is { Keys.Count: > 0 } attached)
                    found.Add((id, attached));
            if (await store.AttachAsync(found, cancellationToken))
                return (page.Count < PerPage ? null : page[^1].Id, page.Count);
        }
    }

    private async Task<AttachedKeys?> FindAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        try
        {
            return manifest.TryRead() is { } document
                ? await attribution.FindAsync(manifest, document, cancellationToken)
                : null;
        }
        catch (ProblemException)
        {
            return null; // more than would be let in today
        }
    }

    private async Task<(Guid? Id, int Count)> ProveAsync(string keyId, Guid? last, CancellationToken cancellationToken)
    {
        var page = await store.UnprovenAsync(keyId, last, PerPage, cancellationToken);
        while (true)
        {
            var proven = await attribution.ProveAsync([.. page.Select(one => one.Bytes)], cancellationToken);
            if (await store.ProveAsync(
                [.. page.Zip(proven.Are).Where(one => one.Second).Select(one => one.First)], proven.Epoch, cancellationToken))
                return (page.Count < PerPage ? null : page[^1].Id, page.Count);
        }
    }

    /// <summary>Where it stands: which round, behind which content; and how much was looked at.</summary>
    private sealed record Standing(int Round, Guid? Last, long Looked);
}
