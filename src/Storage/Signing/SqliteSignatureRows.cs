using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>One prepared statement for each row: there is no round trip to save.</summary>
internal sealed class SqliteSignatureRows(Dialect dialect) : SignatureRows(dialect)
{
    private const string InsertContent = $"""
        insert into content (id, kind, key, created_at, touched_at) values (@id, {Kinds.Signature}, @key, @now, @now)
        on conflict (kind, key) do update set touched_at = excluded.touched_at
        """;

    private const string InsertMade = $"""
        insert into made_signature (manifest_digest, reference, fingerprint, content_id, task_id)
        select @manifest, @reference, @fingerprint, c.id, @task from content c where c.kind in ({Kinds.Signing})
        and c.key = @key
        """;

    public override IEnumerable<Statement> Store(Guid[] ids, Signature[] signatures, DateTimeOffset now)
    {
        foreach (var (id, signature) in ids.Zip(signatures))
        {
            yield return new(InsertContent, ("id", id), ("key", signature.Unit.Key), ("now", now));
            yield return SignatureStore.Insert(signature);
        }
    }

    public override IEnumerable<Statement> Count(
        string fingerprint, IReadOnlyDictionary<SigningTarget, ContentKey> keys, Guid task, bool again) =>
        keys.Select(one => new Statement(
            $"{InsertMade} {OnConflict(again)}",
            ("fingerprint", fingerprint), ("task", task), ("manifest", one.Key.Manifest.ToString()),
            ("reference", one.Key.Reference), ("key", one.Value.Key)));
}
