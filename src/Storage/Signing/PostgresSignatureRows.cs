using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>One statement for all rows of a table, from arrays. Bytes travel as base64: there are no arrays of them.</summary>
internal sealed class PostgresSignatureRows(Dialect dialect) : SignatureRows(dialect)
{
    private const string InsertContent = $"""
        insert into content (id, kind, key, created_at, touched_at)
        select x.id, {Kinds.Signature}, x.key, @now, @now from unnest(@ids, @keys) as x(id, key) order by x.key
        on conflict (kind, key) do update set touched_at = excluded.touched_at
        """;

    private static readonly string InsertSignature = $"""
        insert into signature (
          content_id, manifest_digest, digest, name, key_id, fingerprint, signed_at, creator, reference, statement, proven,
          size, bytes)
        select c.id, x.manifest, x.digest, x.name, x.key_id, nullif(x.fingerprint, ''), to_timestamp(x.signed_at),
          nullif(x.creator, ''), x.reference, x.statement, x.proven = 1, length(x.bytes), x.bytes
        from (
          select key, manifest, digest, name, key_id, fingerprint, signed_at, creator, reference, statement, proven,
            decode(bytes, 'base64') as bytes
          from unnest(
            @keys, @manifests, @digests, @names, @keyIds, @fingerprints, @signedAt, @creators, @references,
            @statements, @proven, @bytes)
            as u(key, manifest, digest, name, key_id, fingerprint, signed_at, creator, reference, statement, proven, bytes)) x
        {OneLook(Kinds.Signature)}
        on conflict (content_id) do nothing
        """;

    private static readonly string InsertMade = $"""
        insert into made_signature (manifest_digest, reference, fingerprint, content_id, task_id)
        select x.manifest, x.reference, @fingerprint, c.id, @task
        from unnest(@manifests, @references, @keys) as x(manifest, reference, key)
        {OneLook(Kinds.Signing)}
        order by x.manifest, x.reference
        """;

    // One look at the index for each key: with statistics of yesterday, a join may read all content there is.
    private static string OneLook(string kinds) =>
        $"cross join lateral (select id from content where kind in ({kinds}) and key = x.key limit 1) c";

    public override IEnumerable<Statement> Store(Guid[] ids, Signature[] signatures, DateTimeOffset now)
    {
        var keys = All(signature => signature.Unit.Key);
        yield return new(InsertContent, ("ids", ids), ("keys", keys), ("now", now));
        yield return new(
            InsertSignature,
            ("keys", keys), ("manifests", All(signature => signature.Manifest.ToString())),
            ("digests", All(signature => signature.Digest.ToString())), ("names", All(signature => signature.Name)),
            ("keyIds", All(signature => signature.KeyId)),
            ("fingerprints", All(signature => signature.Fingerprint ?? "")),
            ("signedAt", signatures.Select(signature => signature.SignedAt.ToUnixTimeSeconds()).ToArray()),
            ("creators", All(signature => signature.Creator ?? "")),
            ("references", All(signature => signature.Reference)),
            ("statements", All(signature => signature.Statement)),
            ("proven", signatures.Select(signature => signature.IsProven ? 1L : 0L).ToArray()),
            ("bytes", All(signature => Convert.ToBase64String(signature.Bytes))));

        string[] All(Func<Signature, string> read) => [.. signatures.Select(read)];
    }

    public override IEnumerable<Statement> Count(
        string fingerprint, IReadOnlyDictionary<SigningTarget, ContentKey> keys, Guid task, bool again)
    {
        yield return new(
            $"{InsertMade} {OnConflict(again)}",
            ("fingerprint", fingerprint), ("task", task),
            ("manifests", keys.Keys.Select(target => target.Manifest).Texts()),
            ("references", keys.Keys.Select(target => target.Reference).ToArray()),
            ("keys", keys.Values.Select(key => key.Key).ToArray()));
    }
}
