using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IMadeSignatures"/>
public sealed class MadeSignatures(IDatabase database, IAttribution attribution, TimeProvider clock) : IMadeSignatures
{
    private const int MostClaims = 4;

    // Touching costs a write; collection spares what was touched within hours.
    private static readonly TimeSpan FreshEnough = TimeSpan.FromMinutes(1);

    private readonly SignatureRows _rows = SignatureRows.On(database.Dialect);

    // One look at the index for each, whatever the planner believed of the table when it was empty.
    private readonly string _find = $"""
        select x.one, x.other, (
          select c.key from made_signature m join content c on c.id = m.content_id
          where m.manifest_digest = x.one and m.reference = x.other and m.fingerprint = @fingerprint
          and not c.doomed and (@everyones or m.task_id = @task))
        from {database.Dialect.Pairs("manifests", "references", "x")}
        """;

    private readonly string _claimed = $"""
        select s.manifest_digest, s.reference, c.key, s.bytes from (
          select content_id, row_number() over (partition by manifest_digest, reference order by content_id desc) as place
          from signature
          where {database.Dialect.In("manifest_digest", "manifests")} and {database.Dialect.In("reference", "references")}
          and {database.Dialect.In("key_id", "keys")}) as claim
        join signature s on s.content_id = claim.content_id join content c on c.id = s.content_id
        where claim.place <= {MostClaims}
        """;

    private readonly string _touch = $"""
        update content set touched_at = @now
        where touched_at < @before and {database.Dialect.In("key", "keys")} and kind in ({Kinds.Signing})
        """;

    public async Task<IReadOnlyDictionary<SigningTarget, ContentKey>> FindAsync(
        string fingerprint, IReadOnlyCollection<SigningTarget> targets, Guid? by, CancellationToken cancellationToken)
    {
        var found = await FindAsync(statement => database.QueryAsync(statement, ReadFound, cancellationToken),
            fingerprint, targets, by);
        if (found.Count > 0)
        {
            var now = clock.GetUtcNow();
            await database.TransactAsync(
                session => session.ExecuteAsync(
                    new(_touch, ("now", now), ("before", now - FreshEnough), ("keys", found.Values.Select(key => key.Key).ToArray())),
                    cancellationToken),
                cancellationToken);
        }

        return found;
    }

    public async Task<IReadOnlyList<ClaimedSignature>> FindClaimedAsync(
        IReadOnlyCollection<SigningTarget> targets,
        IReadOnlyCollection<string> keyIds,
        CancellationToken cancellationToken)
    {
        var wanted = ByName(targets);
        var claimed = await database.QueryAsync(
            new(
                _claimed,
                ("manifests", targets.Select(target => target.Manifest).Distinct().Texts()),
                ("references", targets.Select(target => target.Reference).Distinct().ToArray()),
                ("keys", keyIds.ToArray())),
            row => (Name: (row.Digest(0), row.String(1)), Key: SignatureKey.Parse(row.String(2)), Bytes: row.Bytes(3)),
            cancellationToken);
        return
        [
            .. from one in claimed
               where wanted.ContainsKey(one.Name)
               select new ClaimedSignature(wanted[one.Name], one.Key, one.Bytes),
        ];
    }

    public Task AdoptAsync(
        string fingerprint,
        IReadOnlyDictionary<SigningTarget, ContentKey> keys,
        Guid task,
        CancellationToken cancellationToken) =>
        RefuseVanishedAsync(() => database.TransactAsync(
            session => session.ExecuteBatchAsync(
                [
                    .. _rows.Count(fingerprint, keys, task, again: false),
                    new(
                        _touch,
                        ("now", clock.GetUtcNow()), ("before", clock.GetUtcNow()), ("keys", keys.Values.Select(key => key.Key).ToArray())),
                ],
                cancellationToken),
            cancellationToken));

    public async Task<IReadOnlyDictionary<SigningTarget, ContentKey>> AddAsync(
        string fingerprint,
        IReadOnlyDictionary<SigningTarget, Signature> made,
        Guid task,
        bool again,
        CancellationToken cancellationToken)
    {
        while (true)
            if (await TryAddAsync(fingerprint, made, task, again, cancellationToken) is { } keys)
                return keys;
    }

    // Null where a key came meanwhile that may have made them.
    private async Task<IReadOnlyDictionary<SigningTarget, ContentKey>?> TryAddAsync(
        string fingerprint,
        IReadOnlyDictionary<SigningTarget, Signature> made,
        Guid task,
        bool again,
        CancellationToken cancellationToken)
    {
        var ids = made.Values.Select(_ => Guid.CreateVersion7()).ToArray();
        var keys = made.ToDictionary(one => one.Key, one => one.Value.Unit.InRepository);
        var proven = await attribution.ProveAsync([.. made.Values.Select(one => one.Bytes)], cancellationToken);
        Signature[] attributed = [.. made.Values.Zip(proven.Are, (one, isProven) => one with { IsProven = isProven })];
        return await RefuseVanishedAsync(() => database.TransactAsync<IReadOnlyDictionary<SigningTarget, ContentKey>?>(
            async session =>
            {
                if (!await session.HoldsAsync(database.Dialect.EntryLock, proven.Epoch, cancellationToken))
                    return null;
                Statement[] store = [.. _rows.Store(ids, attributed, clock.GetUtcNow())];
                var changed = await session.ExecuteBatchAsync(
                    [.. store, .. _rows.Count(fingerprint, keys, task, again)], cancellationToken);
                if (changed.Skip(store.Length).Sum() == made.Count)
                    return keys;
                await session.ExecuteAsync(_rows.Drop(ids), cancellationToken); // those that came second
                return await FindAsync(
                    statement => session.QueryAsync(statement, ReadFound, cancellationToken),
                    fingerprint, made.Keys.ToList(), null);
            },
            cancellationToken));
    }

    private static Task<T> RefuseVanishedAsync<T>(Func<Task<T>> store) => VanishedRows.RefuseAsync(
        store, ProblemKind.Outdated, "One of the images was deleted while it was signed; ask for signatures again.");

    private async ValueTask<IReadOnlyDictionary<SigningTarget, ContentKey>> FindAsync(
        Func<Statement, ValueTask<IReadOnlyList<((Digest, string) Name, ContentKey? Key)>>> query,
        string fingerprint,
        IReadOnlyCollection<SigningTarget> targets,
        Guid? by)
    {
        var wanted = ByName(targets);
        var found = await query(new(
            _find,
            ("fingerprint", fingerprint), ("everyones", by is null), ("task", by ?? Guid.Empty),
            ("manifests", wanted.Keys.Select(name => name.Item1).Texts()),
            ("references", wanted.Keys.Select(name => name.Item2).ToArray())));
        return found.Where(one => one.Key is not null).ToDictionary(one => wanted[one.Name], one => one.Key!.Value);
    }

    private static ((Digest, string) Name, ContentKey? Key) ReadFound(Row row) =>
        ((row.Digest(0), row.String(1)), row.StringOrNull(2) is { } key ? KeyOf(key) : null);

    // Signatures count, and manifests of cosign.
    private static ContentKey KeyOf(string text) => SignatureKey.TryParse(text, out var signature)
        ? ContentKey.Signature(signature)
        : ContentKey.Manifest(Digest.Parse(text));

    private static Dictionary<(Digest, string), SigningTarget> ByName(IReadOnlyCollection<SigningTarget> targets) =>
        targets.ToDictionary(target => (target.Manifest, target.Reference));
}
