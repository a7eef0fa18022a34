using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>Many signatures as few statements, in the way of each engine.</summary>
internal abstract class SignatureRows(Dialect dialect)
{
    private readonly string _drop = $"""
        delete from content where {dialect.In("id", "ids")}
        and not exists (select 1 from made_signature m where m.content_id = content.id)
        """;

    public static SignatureRows On(Dialect dialect) =>
        dialect is PostgresDialect ? new PostgresSignatureRows(dialect) : new SqliteSignatureRows(dialect);

    /// <summary>Content and signatures; those that are there already stay.</summary>
    public abstract IEnumerable<Statement> Store(Guid[] ids, Signature[] signatures, DateTimeOffset now);

    /// <summary>Lets content count as what was wanted, where nothing else does.</summary>
    /// <param name="again">True where it also takes the place of what other tasks made.</param>
    public abstract IEnumerable<Statement> Count(
        string fingerprint, IReadOnlyDictionary<SigningTarget, ContentKey> keys, Guid task, bool again);

    /// <summary>Deletes what does not count of content that was just stored.</summary>
    public Statement Drop(Guid[] ids) => new(_drop, ("ids", ids));

    protected static string OnConflict(bool again) => again
        ? """
          on conflict (manifest_digest, reference, fingerprint) do update
          set content_id = excluded.content_id, task_id = excluded.task_id
          where made_signature.task_id <> excluded.task_id
          """
        : "on conflict (manifest_digest, reference, fingerprint) do nothing";
}
