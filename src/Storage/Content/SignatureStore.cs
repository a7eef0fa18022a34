using OrleansRegistry.Content;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISignatureStore"/>
public sealed class SignatureStore(IDatabase database, IAttribution attribution, TimeProvider clock) : ISignatureStore
{
    public async Task AddAsync(Signature signature, CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryAddAsync(signature, cancellationToken))
                continue; // a key came that may have made it
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "There is no such manifest.", signature.Manifest.ToString());
        }
    }

    private async Task<bool> TryAddAsync(Signature signature, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var proven = await attribution.ProveAsync([signature.Bytes], cancellationToken);
        return await database.TransactAsync(
            async session =>
            {
                if (!await session.HoldsAsync(database.Dialect.EntryLock, proven.Epoch, cancellationToken))
                    return false;
                await session.ExecuteBatchAsync(
                    [
                        new(
                            $"""
                            insert into content (id, kind, key, created_at, touched_at)
                            values (@id, {Kinds.Signature}, @key, @now, @now)
                            on conflict (kind, key) do update set touched_at = excluded.touched_at
                            """,
                            ("id", ContentIds.Next(1)[0]), ("key", signature.Unit.Key), ("now", now)),
                        Insert(signature with { IsProven = proven.Are[0] }),
                    ],
                    cancellationToken);
                return true;
            },
            cancellationToken);
    }

    internal static Statement Insert(Signature signature) => new(
        $"""
        insert into signature (
          content_id, manifest_digest, digest, name, key_id, fingerprint, signed_at, creator, reference, statement, proven,
          size, bytes)
        select id, @manifest, @digest, @name, @keyId, @fingerprint, @signedAt, @creator, @reference, @statement, @proven,
          @size, @bytes
        from content where kind = {Kinds.Signature} and key = @key
        on conflict (content_id) do nothing
        """,
        ("key", signature.Unit.Key), ("manifest", signature.Manifest.ToString()),
        ("digest", signature.Digest.ToString()), ("name", signature.Name), ("keyId", signature.KeyId),
        ("fingerprint", signature.Fingerprint), ("signedAt", signature.SignedAt), ("creator", signature.Creator),
        ("reference", signature.Reference), ("statement", signature.Statement), ("proven", signature.IsProven),
        ("size", signature.Bytes.Length), ("bytes", signature.Bytes));
}
