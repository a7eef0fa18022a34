using OrleansRegistry.Content;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISignatureStore"/>
public sealed class SignatureStore(IDatabase database, TimeProvider clock) : ISignatureStore
{
    public async Task AddAsync(Signature signature, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        try
        {
            await database.TransactAsync(
                session => session.ExecuteBatchAsync(
                    [
                        new(
                            """
                            insert into content (id, kind, key, created_at, touched_at) values (@id, 4, @key, @now, @now)
                            on conflict (kind, key) do update set touched_at = excluded.touched_at
                            """,
                            ("id", Guid.CreateVersion7()), ("key", signature.Unit.Key), ("now", now)),
                        Insert(signature),
                    ],
                    cancellationToken),
                cancellationToken);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "There is no such manifest.", signature.Manifest.ToString());
        }
    }

    internal static Statement Insert(Signature signature) => new(
        """
        insert into signature (
          content_id, manifest_digest, digest, name, key_id, fingerprint, signed_at, creator, reference, statement, size,
          bytes)
        select id, @manifest, @digest, @name, @keyId, @fingerprint, @signedAt, @creator, @reference, @statement, @size,
          @bytes
        from content where kind = 4 and key = @key
        on conflict (content_id) do nothing
        """,
        ("key", signature.Unit.Key), ("manifest", signature.Manifest.ToString()),
        ("digest", signature.Digest.ToString()), ("name", signature.Name), ("keyId", signature.KeyId),
        ("fingerprint", signature.Fingerprint), ("signedAt", signature.SignedAt), ("creator", signature.Creator),
        ("reference", signature.Reference), ("statement", signature.Statement), ("size", signature.Bytes.Length), ("bytes", signature.Bytes));
}
