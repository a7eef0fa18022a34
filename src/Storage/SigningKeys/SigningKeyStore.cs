using System.Text.Json;
using OrleansRegistry.Revocations;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISigningKeyStore"/>
internal sealed class SigningKeyStore(IDatabase database, TimeProvider clock) : ISigningKeyStore
{
    // A copy of a certificate that is older than the one that is known takes nothing back.
    private const string Upsert = """
        insert into signing_key (
          id, key_id, fingerprint, kind, algorithm, bits, user_ids, primary_fingerprint, public_key, expires_at, ended_at,
          created_at)
        values (
          @id, @keyId, @fingerprint, @kind, @algorithm, @bits, @userIds, @primary, @publicKey, @expiresAt, @endedAt, @now)
        on conflict (key_id, fingerprint) do update set
          kind = excluded.kind, algorithm = excluded.algorithm, bits = excluded.bits, user_ids = excluded.user_ids,
          primary_fingerprint = excluded.primary_fingerprint, public_key = excluded.public_key,
          expires_at = excluded.expires_at, ended_at = coalesce(signing_key.ended_at, excluded.ended_at)
        """;

    // Of a primary key that is revoked here, a subkey that comes later is revoked with it.
    private const string RevokeLate = $"""
        insert into revoked_key (revocation_id, key_id, fingerprint)
        select v.id, s.key_id, s.fingerprint
        from signing_key s join signing_key p on p.fingerprint = s.primary_fingerprint
        join revocation v on v.fingerprint = p.fingerprint or (v.fingerprint is null and v.key_id = p.key_id)
        where {RevokedRows.InForce} and s.fingerprint = @fingerprint
        on conflict do nothing
        """;

    public Task AddAsync(IReadOnlyCollection<KnownKey> keys, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                if (database.Dialect.DecisionLock is { } alone)
                    await session.ExecuteAsync(alone, cancellationToken);
                foreach (var key in keys)
                {
                    await session.ExecuteAsync(InsertOf(key), cancellationToken);
                    await session.ExecuteAsync(
                        new(RevokeLate, ("fingerprint", key.Name.Fingerprint)), cancellationToken);
                }

                // Who made what is judged by the keys there are: nothing is on its way now that was judged without these.
                return await session.ExecuteAsync(new(AttributionFence.NextEpoch), cancellationToken);
            },
            cancellationToken);

    public async Task<IReadOnlyList<KeyName>> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        var column = name.Length == 16 ? "key_id" : "fingerprint";
        var found = await database.QueryAsync(
            new(
                $"""
                select key_id, fingerprint, case when public_key is null then 0 else 1 end from signing_key
                where {column} = @name and fingerprint <> '' order by fingerprint limit 20
                """,
                ("name", name)),
            row => (Name: new KeyName(row.String(0), row.String(1)), IsKnown: row.Int32(2) == 1),
            cancellationToken);
        var known = found.Where(one => one.IsKnown).ToList();
        return [.. (known.Count > 0 ? known : found).Select(one => one.Name)];
    }

    public async Task<IReadOnlyList<KeyName>> SubkeysAsync(string fingerprint, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select key_id, fingerprint from signing_key where primary_fingerprint = @primary", ("primary", fingerprint)),
            row => new KeyName(row.String(0), row.String(1)),
            cancellationToken);

    public async Task<IReadOnlyList<KnownKey>> FindAsync(KeyName name, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select {SigningKeyLists.KnownColumns} from signing_key t where t.public_key is not null
                and t.key_id = @keyId and (@fingerprint = '' or t.fingerprint = @fingerprint)
                """,
                ("keyId", name.KeyId), ("fingerprint", name.Fingerprint ?? "")),
            row => SigningKeyLists.Known(row, 0),
            cancellationToken);

    public async Task<IReadOnlySet<string>> KnownAsync(
        IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(
                $"""
                select fingerprint from signing_key
                where public_key is not null and {database.Dialect.In("fingerprint", "fingerprints")}
                """,
                ("fingerprints", fingerprints.ToArray())),
            row => row.String(0),
            cancellationToken)).ToHashSet();

    public async Task<IReadOnlyList<KnownKey>> AllAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new($"select {SigningKeyLists.KnownColumns} from signing_key t where t.public_key is not null"),
            row => SigningKeyLists.Known(row, 0),
            cancellationToken);

    public async Task<IReadOnlyList<KnownKey>> StandingAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select {SigningKeyLists.KnownColumns} from signing_key t
                where t.public_key is not null and t.primary_fingerprint is null and t.ended_at is null and not exists (
                  select 1 from revoked_key k join revocation v on v.id = k.revocation_id
                  where {RevokedRows.InForce} and k.key_id = t.key_id and (k.fingerprint = '' or k.fingerprint = t.fingerprint))
                order by t.fingerprint
                """),
            row => SigningKeyLists.Known(row, 0),
            cancellationToken);

    public Task<bool> NoteAsync(Guid id, string note, CancellationToken cancellationToken) => database.TransactAsync(
        async session => await session.ExecuteAsync(
            new("update signing_key set note = @note where id = @id", ("note", note), ("id", id)), cancellationToken) == 1,
        cancellationToken);

    private Statement InsertOf(KnownKey key) => new(
        Upsert,
        ("id", Guid.CreateVersion7()), ("keyId", key.Name.KeyId), ("fingerprint", key.Name.Fingerprint), ("kind", key.Kind),
        ("algorithm", key.Algorithm), ("bits", key.Bits), ("userIds", JsonSerializer.Serialize(key.UserIds)),
        ("primary", key.Primary), ("publicKey", key.PublicKey), ("expiresAt", key.ExpiresAt),
        ("endedAt", key.IsEnded ? clock.GetUtcNow() : null), ("now", clock.GetUtcNow()));
}
