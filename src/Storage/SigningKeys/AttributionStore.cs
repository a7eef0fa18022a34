using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IAttributionStore"/>
/// <remarks>
/// It changes what counts of content that is held already: hence alone, as a decision. Where the key is revoked, it is one:
/// nodes are to look again.
/// </remarks>
internal sealed class AttributionStore(IDatabase database, TimeProvider clock) : IAttributionStore
{
    private readonly KeyUse _use = new(database.Dialect);

    private readonly string _lookAgain = $"""
        {AttributionFence.NextEpoch} and exists (
          select 1 from attached_signature a join revoked_key k on k.key_id = a.key_id
          join revocation v on v.id = k.revocation_id
          where {database.Dialect.In("a.content_id", "manifests")} and {RevokedRows.InForce} and {RevokedRows.NamedBy("a")})
        """;

    private readonly string _prove = $"""
        update signature set proven = @yes where not proven and {database.Dialect.In("content_id", "signatures")}
        """;

    public async Task<IReadOnlyList<(Guid Id, Manifest Manifest)>> AttachingAsync(
        Guid? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select content_id, digest, media_type, bytes from manifest
                where signs and content_id > @last order by content_id limit @limit
                """,
                ("last", last ?? Guid.Empty), ("limit", limit)),
            row => (row.Guid(0), new Manifest(row.Digest(1), row.String(2), row.Bytes(3))),
            cancellationToken);

    public Task<bool> AttachAsync(
        IReadOnlyCollection<(Guid Manifest, AttachedKeys Found)> found, CancellationToken cancellationToken)
    {
        var rows = found.SelectMany(one => one.Found.Keys, (one, key) => new AttachedRow(one.Manifest, key)).ToList();
        if (rows.Count == 0)
            return Task.FromResult(true);
        return AloneAsync(
            found.Min(one => one.Found.Epoch),
            [
                AttachedRow.Insert(database.Dialect, rows),
                new(_lookAgain, ("manifests", rows.Select(row => row.Manifest).Distinct().ToArray())),
            ],
            rows.Select(row => row.Key.Image.ToString()),
            cancellationToken);
    }

    public async Task<IReadOnlyList<UnprovenSignature>> UnprovenAsync(
        string keyId, Guid? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select content_id, manifest_digest, bytes from signature
                where key_id = @keyId and content_id > @last and not proven order by content_id limit @limit
                """,
                ("keyId", keyId), ("last", last ?? Guid.Empty), ("limit", limit)),
            row => new UnprovenSignature(row.Guid(0), row.String(1), row.Bytes(2)),
            cancellationToken);

    public Task<bool> ProveAsync(
        IReadOnlyCollection<UnprovenSignature> signatures, long? epoch, CancellationToken cancellationToken) =>
        signatures.Count == 0 ? Task.FromResult(true) : AloneAsync(
            epoch,
            [new(_prove, ("yes", true), ("signatures", signatures.Select(one => one.Id).ToArray()))],
            signatures.Select(one => one.Image),
            cancellationToken);

    // Taken from the counts before, and added to them after: whatever changes, they stay exact.
    private Task<bool> AloneAsync(
        long? epoch, IReadOnlyList<Statement> changes, IEnumerable<string> images, CancellationToken cancellationToken)
    {
        var (all, now) = (images.Distinct().ToArray(), clock.GetUtcNow());
        return database.TransactAsync(
            async session =>
            {
                if (!await session.HoldsAsync(database.Dialect.DecisionLock, epoch, cancellationToken))
                    return false;
                await session.ExecuteBatchAsync(
                    [_use.Of(all, -1, now), .. changes, _use.Of(all, 1, now)], cancellationToken);
                return true;
            },
            cancellationToken);
    }
}

/// <summary>One row of <c>attached_signature</c>.</summary>
internal sealed record AttachedRow(Guid Manifest, AttachedKey Key)
{
    private const string Into = """
        insert into attached_signature (content_id, key_id, fingerprint, manifest_digest, is_attestation)
        """;

    private static readonly string[] Columns = ["manifest", "key_id", "fingerprint", "image", "is_attestation"];

    /// <summary>Inserts rows; those that are there stay.</summary>
    public static Statement Insert(Dialect dialect, IReadOnlyList<AttachedRow> rows) => Statement.OverRows(
        $"""
        {Into} select r.manifest, r.key_id, r.fingerprint, r.image, r.is_attestation
        from {dialect.Rows("r", Columns)} where true on conflict do nothing
        """,
        rows.Count,
        [("manifest", rows.Select(row => row.Manifest).ToArray()), .. Values([.. rows.Select(row => row.Key)])]);

    /// <summary>Inserts rows of manifests that are stored in the same transaction.</summary>
    public static Statement InsertBy(Dialect dialect, IReadOnlyList<(Digest Manifest, AttachedKey Key)> rows) =>
        Statement.OverRows(
            $"""
            {Into} select content.id, r.key_id, r.fingerprint, r.image, r.is_attestation
            from {dialect.Rows("r", Columns)}
            {dialect.LookUp("content", $"content.kind = {Kinds.Manifest} and content.key = r.manifest")}
            where true on conflict do nothing
            """,
            rows.Count,
            [("manifest", rows.Select(row => row.Manifest.ToString()).ToArray()), .. Values([.. rows.Select(row => row.Key)])]);

    private static (string, object?)[] Values(IReadOnlyList<AttachedKey> keys) =>
    [
        ("key_id", keys.Select(key => key.Name.KeyId).ToArray()),
        ("fingerprint", keys.Select(key => key.Name.Fingerprint).ToArray()),
        ("image", keys.Select(key => key.Image.ToString()).ToArray()),
        ("is_attestation", keys.Select(key => !key.IsOfSigning).ToArray()),
    ];
}
