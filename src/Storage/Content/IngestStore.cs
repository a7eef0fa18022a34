using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IIngestStore"/>
public sealed class IngestStore(
    IDatabase database, ManifestDescriber describer, IAttribution attribution, TimeProvider clock) : IIngestStore
{
    private readonly ContentStatements _statements = new(database.Dialect);

    private readonly SignatureRows _signatures = SignatureRows.On(database.Dialect);

    // Each waits for a collector's commit: five in a row are no coincidence.
    private const int MostTries = 5;

    private const int MostMissingNamed = 10;

    private const string Touch = """
        insert into ingest (id, touched_at) values (@ingest, @now)
        on conflict (id) do update set touched_at = excluded.touched_at
        """;

    private const string Added = """
        select u.content_id, u.kind, u.key, u.target, coalesce(s.size, 0), s.statement
        from ingest_unit u left join signature s on s.content_id = u.content_id
        where u.ingest_id = @ingest and not exists (
          select 1 from repository_content h where h.repository_id = @repository and h.version_removed is null
          and h.kind = u.kind and h.key = u.key and h.content_id = u.content_id)
        order by u.kind, u.key
        """;

    private const string Moved = $"""
        select h.kind, h.key, h.target from ingest_unit u
        join repository_content h on h.repository_id = @repository and h.version_removed is null
          and h.kind = u.kind and h.key = u.key and h.content_id <> u.content_id
        where u.ingest_id = @ingest and u.kind = {Kinds.Tag}
        """;

    // A signature that was gathered in other bytes stays as it is.
    private const string Superfluous = $"""
        select h.kind, h.key, h.target from repository_content h left join signature s on s.content_id = h.content_id
        where h.repository_id = @repository and h.version_removed is null
        and not exists (
          select 1 from ingest_unit u
          where u.ingest_id = @ingest and u.kind = h.kind and u.key = h.key and u.content_id = h.content_id)
        and not exists (
          select 1 from ingest_unit u join signature n on n.content_id = u.content_id
          where h.kind = {Kinds.Signature} and u.ingest_id = @ingest and u.kind = {Kinds.Signature}
          and u.target = h.target
          and n.statement = s.statement)
        """;

    private readonly string _gather = $"""
        insert into ingest_unit (ingest_id, kind, key, target, content_id)
        select @ingest, c.kind, coalesce(t.name, c.key), coalesce(t.manifest_digest, s.manifest_digest), c.id
        from content c left join tag t on t.content_id = c.id left join signature s on s.content_id = c.id
        where c.kind = @kind and {database.Dialect.In("c.key", "identities")} and not c.doomed
        on conflict (ingest_id, kind, key) do update set target = excluded.target, content_id = excluded.content_id
        """;

    public async Task AddAsync(Guid ingest, IngestBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Count > IIngestStore.MostPerBatch)
            throw new ArgumentException($"A batch has at most {IIngestStore.MostPerBatch} units.", nameof(batch));
        for (var attempt = 1; ; attempt++)
            try
            {
                if (await TryAddAsync(ingest, batch, cancellationToken))
                    return;
            }
            catch (ConstraintViolationException lost) when (lost.Kind is ConstraintKind.ForeignKey)
            {
                // Something was collected at this very moment, and is stored anew; but a signature's manifest may be none of
                // what was brought.
                if (attempt == MostTries)
                    throw new ProblemException(
                        ProblemKind.ManifestUnknown, "A signature is of a manifest that is not on this server.");
            }
    }

    public async Task<IReadOnlyList<Digest>> GatheredAsync(
        Guid ingest, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select u.key from ingest_unit u
                where u.ingest_id = @ingest and u.kind = {Kinds.Manifest}
                and {database.Dialect.In("u.key", "manifests")}
                """,
                ("ingest", ingest), ("manifests", manifests.Select(manifest => manifest.ToString()).ToArray())),
            row => row.Digest(0),
            cancellationToken);

    public async Task<IngestDifference?> CompareAsync(
        Guid ingest, Guid repository, bool mirror, CancellationToken cancellationToken)
    {
        (string, object?)[] both = [("ingest", ingest), ("repository", repository)];
        var known = await database.QueryAsync(
            new("select id from ingest where id = @ingest", ("ingest", ingest)), row => row.Guid(0), cancellationToken);
        if (known.Count == 0)
            return null;
        var missing = await database.QueryAsync(
            new(MissingFrom(mirror), [.. both, ("limit", MostMissingNamed)]), row => row.Digest(0), cancellationToken);
        var added = await database.QueryAsync(
            new(Added, both),
            row => new StoredUnit(
                row.Guid(0), new((ContentKind)row.Int32(1), row.String(2), row.DigestOrNull(3)), row.Int32(4), default,
                row.StringOrNull(5)),
            cancellationToken);
        var removed = await database.QueryAsync(
            new(mirror ? Superfluous : Moved, both), Rows.Unit, cancellationToken);
        return new(added, removed, missing);
    }

    public Task DropAsync(Guid ingest, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(new("delete from ingest where id = @ingest", ("ingest", ingest)), cancellationToken),
        cancellationToken);

    // What a manifest of the repository lacked before, it may lack still.
    private static string MissingFrom(bool mirror)
    {
        const string kind = $"case l.kind when {Links.Child} then {Kinds.Manifest} else {Kinds.Blob} end";
        var (need, manifest, target) =
            (Held(kind, "l.digest"), Held(Kinds.Manifest, "u.key"), Held(Kinds.Manifest, "u.target"));
        return $"""
            select l.digest from ingest_unit u join manifest_link l on l.manifest_id = u.content_id
            and l.kind in ({Links.Parts})
            where u.ingest_id = @ingest and u.kind = {Kinds.Manifest} and not {Gathered(kind, "l.digest")}
            and (l.kind in ({Links.Blobs}) or not (select r.allow_sparse_indexes from repository r
            where r.id = @repository))
            and {(mirror ? $"({need} or not {manifest})" : $"not {need} and not {manifest}")}
            union
            select u.target from ingest_unit u
            where u.ingest_id = @ingest and u.target is not null and not {Gathered(Kinds.Manifest, "u.target")}
            {(mirror ? "" : $"and not {target}")}
            limit @limit
            """;
    }

    private static string Held(string kind, string key) => $"""
        exists (
          select 1 from repository_content h where h.repository_id = @repository and h.version_removed is null
          and h.kind = {kind} and h.key = {key})
        """;

    private static string Gathered(string kind, string key) =>
        $"exists (select 1 from ingest_unit g where g.ingest_id = @ingest and g.kind = {kind} and g.key = {key})";

    // False where a key came meanwhile that may have made some of the signatures.
    private async Task<bool> TryAddAsync(Guid ingest, IngestBatch batch, CancellationToken cancellationToken)
    {
        var described = await describer.DescribeAsync(batch.Manifests, cancellationToken);
        var signatures = batch.Signatures.DistinctBy(signature => signature.Unit.Key).ToArray();
        var proven = await attribution.ProveAsync([.. signatures.Select(one => one.Bytes)], cancellationToken);
        var epochs = described.Select(one => one.Attached?.Epoch).Append(proven.Epoch).OfType<long>().Distinct().ToList();
        Signature[] attributed = [.. signatures.Zip(proven.Are, (one, isProven) => one with { IsProven = isProven })];
        return await database.TransactAsync(
            async session =>
            {
                foreach (var epoch in epochs)
                    if (!await session.HoldsAsync(database.Dialect.EntryLock, epoch, cancellationToken))
                        return false;
                await AddAsync(session, ingest, batch, described, attributed, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    private async ValueTask AddAsync(
        ISession session,
        Guid ingest,
        IngestBatch batch,
        IReadOnlyCollection<DescribedManifest> described,
        Signature[] signatures,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var tags = batch.Tags.GroupBy(tag => tag.Name).Select(same => ContentUnit.Tag(same.Key, same.Last().Manifest)).ToList();
        var rows = ContentIds.Next(signatures.Length).Zip(signatures, (id, signature) => (Id: id, Signature: signature))
            .OrderBy(row => row.Signature.Unit.Key, StringComparer.Ordinal).ToList();
        IEnumerable<ContentUnit> units =
        [
            .. batch.Known,
            .. batch.Manifests.Select(manifest => ContentUnit.Manifest(manifest.Digest)),
            .. tags,
            .. signatures.Select(signature => signature.Unit),
        ];
        var groups = units.GroupBy(unit => unit.Kind, unit => unit.Identity)
            .Select(kind => (Kind: kind.Key, Identities: kind.Distinct().ToArray())).OrderBy(kind => kind.Kind);

        await session.ExecuteBatchAsync(
            [
                new(Touch, ("ingest", ingest), ("now", now)),
                .. _statements.Store(described, tags, now),
                .. signatures.Length == 0
                    ? []
                    : _signatures.Store([.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Signature)], now),
            ],
            cancellationToken);
        foreach (var (kind, identities) in groups)
        {
            var gathered = await session.ExecuteAsync(
                new(_gather, ("ingest", ingest), ("kind", (int)kind), ("identities", identities)),
                cancellationToken);
            if (gathered < identities.Length)
                throw new ProblemException(
                    ProblemKind.BlobUnknown,
                    $"{identities.Length - gathered} of the content is not on this server; bring it first.");
        }
    }
}
