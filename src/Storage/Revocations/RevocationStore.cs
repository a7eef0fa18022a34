using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IRevocationStore"/>
public sealed class RevocationStore(IDatabase database, TimeProvider clock) : IRevocationStore, IRefusals
{
    private const string OfKeys = $"""
        select k.key_id, k.fingerprint, v.effective_from, v.number, v.reason
        from revocation v join revoked_key k on k.revocation_id = v.id where {RevokedRows.InForce}
        order by v.number
        """;

    private const string OfContent =
        $"select v.digest, v.number, v.reason from revocation v where v.digest is not null and {RevokedRows.InForce}";

    private static readonly string OfAttached = $"""
        select c.key, v.number, v.reason from revocation v join revoked_key k on k.revocation_id = v.id
        join attached_signature a on {RevokedRows.NamedBy("a")} join content c on c.id = a.content_id
        where {RevokedRows.InForce}
        """;

    // Blobs that nothing but such manifests names: a payload may be that of signatures by other keys too.
    private static readonly string OfLayers = $"""
        select l.digest, v.number, v.reason from revocation v join revoked_key k on k.revocation_id = v.id
        join attached_signature a on {RevokedRows.NamedBy("a")}
        join manifest_link l on l.manifest_id = a.content_id and l.kind = {Links.Layer}
        where {RevokedRows.InForce} and not exists (
          select 1 from manifest_link o where o.digest = l.digest and o.kind = {Links.Layer} and not exists (
            select 1 from attached_signature b where b.content_id = o.manifest_id and {RevokedRows.Signatures("b")}))
        """;

    private const string Insert = """
        insert into revocation (
          id, scope, key_id, fingerprint, digest, repository_id, signed_digest, reason, ticket, effective_from, since_id,
          created_by, created_at)
        values (
          @id, @scope, @keyId, @fingerprint, @digest, @repository, @signed, @reason, @ticket, @effectiveFrom, @since, @by,
          @now)
        on conflict (id) do nothing
        """;

    // One decision on a subject is in force at a time: another one would have to be taken back as well.
    private const string Standing = $"""
        select v.number from revocation v where {RevokedRows.InForce} and v.id <> @id and v.scope <> 'signatures'
        and coalesce(v.digest, '') = @digest and coalesce(v.key_id, '') = @keyId
        and coalesce(v.fingerprint, '') = @fingerprint
        """;

    private const string Number =
        "update revocation set number = (select coalesce(max(number), 0) + 1 from revocation) where id = @id";

    public async Task<long> EpochAsync(CancellationToken cancellationToken) =>
        (await database.QueryAsync(new(AttributionFence.Epoch), row => row.Int64(0), cancellationToken))[0];

    // The number first: what is read after it is at least as new, and being ahead of one's number does no harm.
    public async Task<Withheld> WithheldAsync(CancellationToken cancellationToken)
    {
        var epoch = await EpochAsync(cancellationToken);
        if (epoch == 0)
            return Withheld.Nothing;
        var keys = await database.QueryAsync(
            new(OfKeys),
            row => new WithheldKey(
                row.String(0), NotEmpty(row.String(1)), row.TimeOrNull(2), Why(row.Int64(3), row.String(4)), row.Int64(3)),
            cancellationToken);
        var content = await database.QueryAsync(
            new(OfContent),
            row => new WithheldContent(row.Digest(0), Why(row.Int64(1), row.String(2)), row.Int64(1)),
            cancellationToken);
        var attached = keys.Count == 0
            ? []
            : await database.QueryAsync(
                new($"{OfAttached} union {OfLayers}"),
                row => new WithheldContent(row.Digest(0), Why(row.Int64(1), row.String(2)), row.Int64(1)),
                cancellationToken);
        return new(keys, content, attached) { Epoch = epoch };
    }

    public Task DecideAsync(
        RevocationWish wish, IReadOnlyCollection<KeyName> names, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                // Whoever lets content in holds the other side of the lock: when this is through, none is on its way that
                // was judged without it.
                if (!wish.IsDryRun && database.Dialect.DecisionLock is { } alone)
                    await session.ExecuteAsync(alone, cancellationToken);
                if (await session.ExecuteAsync(InsertOf(wish), cancellationToken) == 0)
                    return false; // it was decided before, whatever has been decided since
                if (wish is { IsDryRun: false, Subject.Signatures: null })
                    await RequireOnlyAsync(session, wish, cancellationToken);
                foreach (var name in names)
                    await session.ExecuteAsync(
                        new(
                            """
                            insert into revoked_key (revocation_id, key_id, fingerprint)
                            values (@id, @keyId, @fingerprint) on conflict do nothing
                            """,
                            ("id", wish.Id), ("keyId", name.KeyId), ("fingerprint", name.Fingerprint ?? "")),
                        cancellationToken);
                if (wish.IsDryRun)
                    return true;
                await session.ExecuteBatchAsync([new(Number, ("id", wish.Id)), new(AttributionFence.NextEpoch)], cancellationToken);
                return true;
            },
            cancellationToken);

    public Task EnforcedAsync(Guid revocation, CancellationToken cancellationToken) => SetAsync(
        "in_force_at = @now", "in_force_at is null", revocation, cancellationToken);

    public Task WithdrawAsync(Guid revocation, string by, string reason, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                if (database.Dialect.DecisionLock is { } alone)
                    await session.ExecuteAsync(alone, cancellationToken);
                var withdrawn = await session.ExecuteAsync(
                    new(
                        $"""
                        update revocation as v set withdrawn_at = @now, withdrawn_by = @by, withdrawn_reason = @reason
                        where id = @id and v.scope <> 'signatures' and {RevokedRows.InForce}
                        """,
                        ("now", clock.GetUtcNow()), ("by", by), ("reason", reason), ("id", revocation)),
                    cancellationToken);
                if (withdrawn == 0)
                    throw new ProblemException(
                        ProblemKind.Conflict,
                        "Only a revocation that is in force can be withdrawn, and only once; a dry run is none. Signatures that were "
                        + "taken out come back by rollback/.",
                        revocation.ToString());
                await session.ExecuteAsync(new(AttributionFence.NextEpoch), cancellationToken);
                return true;
            },
            cancellationToken);

    public async Task<RevocationRecord?> FindAsync(Guid revocation, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new($"{RevocationLists.Select} where t.id = @id", ("id", revocation)), RevocationLists.Read, cancellationToken))
        .SingleOrDefault();

    public async Task<IReadOnlyList<RevocationRecord>> InForceOfAsync(
        IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                {RevocationLists.Select} where t.id in (
                  select v.id from revocation v join revoked_key k on k.revocation_id = v.id
                  where {RevokedRows.InForce} and {database.Dialect.In("k.fingerprint", "fingerprints")})
                """,
                ("fingerprints", fingerprints.ToArray())),
            RevocationLists.Read,
            cancellationToken);

    public Task<int> PlanAsync(Guid revocation, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            var found = await session.ExecuteAsync(
                new(RevocationPlan.Find, ("id", revocation)) { WithoutTimeout = true }, cancellationToken);
            foreach (var statement in RevocationPlan.WouldBeUnsigned)
                await session.ExecuteAsync(
                    new(statement, ("id", revocation)) { WithoutTimeout = true }, cancellationToken);
            await session.ExecuteAsync(
                new(
                    "update revocation set planned_at = @now where id = @id and planned_at is null",
                    ("now", clock.GetUtcNow()), ("id", revocation)),
                cancellationToken);
            return found;
        },
        cancellationToken);

    public async Task<IReadOnlyList<Guid>> OpenAsync(
        Guid revocation, Guid? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select repository_id from revocation_repository
                where revocation_id = @id and done_at is null and repository_id > @last order by repository_id limit @limit
                """,
                ("id", revocation), ("last", last ?? Guid.Empty), ("limit", limit)),
            row => row.Guid(0),
            cancellationToken);

    public Task DoneAsync(
        Guid revocation, IReadOnlyCollection<Guid> repositories, Guid task, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteBatchAsync(
                [.. RevocationPlan.Done(database.Dialect).Select(sql => new Statement(
                    sql, ("id", revocation), ("repositories", repositories.ToArray()), ("task", task),
                    ("now", clock.GetUtcNow())))],
                cancellationToken),
            cancellationToken);

    public Task FailedAsync(Guid revocation, Guid repository, string why, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new(
                    """
                    update revocation_repository set error = @error
                    where revocation_id = @id and repository_id = @repository and done_at is null
                    """,
                    ("error", why), ("id", revocation), ("repository", repository)),
                cancellationToken),
            cancellationToken);

    public Task CompleteAsync(Guid revocation, CancellationToken cancellationToken) =>
        SetAsync("completed_at = @now", "completed_at is null", revocation, cancellationToken);

    public Task CountAsync(long number, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(
            new("update revocation set refused = refused + 1 where number = @number", ("number", number)), cancellationToken),
        cancellationToken);

    public async Task<IReadOnlyList<(Guid Repository, Digest Digest)>> UnsignedAsync(
        Guid revocation, (Guid Repository, Digest Digest)? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select repository_id, digest from revocation_image
                where revocation_id = @id and (repository_id, digest) > (@repository, @digest)
                order by repository_id, digest limit @limit
                """,
                ("id", revocation), ("repository", last?.Repository ?? Guid.Empty), ("digest", last?.Digest.ToString() ?? ""),
                ("limit", limit)),
            row => (row.Guid(0), row.Digest(1)),
            cancellationToken);

    private static async ValueTask RequireOnlyAsync(
        ISession session, RevocationWish wish, CancellationToken cancellationToken)
    {
        var standing = await session.QueryAsync(
            new(
                Standing,
                ("id", wish.Id), ("digest", wish.Subject.Image?.ToString() ?? ""), ("keyId", wish.Subject.KeyId ?? ""),
                ("fingerprint", wish.Subject.Fingerprint ?? "")),
            row => row.Int64(0),
            cancellationToken);
        if (standing is [var number, ..])
            throw new ProblemException(
                ProblemKind.Conflict, $"Revocation {number} of {wish.Subject} is in force already.", wish.Subject.ToString());
    }

    private Statement InsertOf(RevocationWish wish) => new(
        Insert,
        ("id", wish.Id), ("scope", ScopeOf(wish.Subject)), ("keyId", wish.Subject.KeyId),
        ("repository", wish.Subject.Signatures?.Repository), ("signed", wish.Subject.Signatures?.Image?.ToString()),
        ("fingerprint", wish.Subject.Fingerprint), ("digest", wish.Subject.Image?.ToString()), ("reason", wish.Reason),
        ("ticket", wish.Ticket), ("effectiveFrom", wish.EffectiveFrom),
        ("since", wish.EffectiveFrom is { } from ? FirstSeen.First(from) : null), ("by", wish.By),
        ("now", clock.GetUtcNow()));

    private static string ScopeOf(RevocationSubject subject) => subject switch
    {
        { Signatures: not null } => "signatures",
        { Image: not null } => "image",
        _ => "key",
    };

    private Task<int> SetAsync(string what, string where, Guid revocation, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new($"update revocation set {what} where id = @id and {where}", ("now", clock.GetUtcNow()), ("id", revocation)),
                cancellationToken),
            cancellationToken);

    private static string Why(long number, string reason) => $" (revocation {number}: {reason})";

    private static string? NotEmpty(string text) => text.Length == 0 ? null : text;
}
