using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISignatureReader"/>
public sealed class SignatureReader(IDatabase database) : ISignatureReader
{
    private const string Columns = "rc.key, s.name, s.key_id, s.fingerprint, s.bytes, s.content_id";

    public async Task<Digest?> FindSignedAsync(
        Guid repository, int version, Digest digest, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                $"""
                select m.digest from manifest m
                join repository_content rc on rc.content_id = m.content_id and rc.repository_id = @repository
                where (m.digest = @digest or m.sha256 = @digest) and {InVersion.Rows}
                order by case when m.digest = @digest then 0 else 1 end limit 1
                """,
                ("repository", repository), ("version", version), ("digest", digest.ToString())),
            row => row.Digest(0),
            cancellationToken);
        return found.Count == 0 ? null : found[0];
    }

    public async Task<IReadOnlyList<ServedSignature>> ListAsync(
        Guid repository, int version, Digest manifest, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select {Columns} from repository_content rc
                join signature s on s.content_id = rc.content_id
                where rc.repository_id = @repository and rc.kind = {Kinds.Signature} and rc.key > @first
                and rc.key < @behind
                and {InVersion.Rows}
                order by rc.version_added, rc.content_id
                """,
                // The keys of one manifest's signatures: its digest, '@', a hash. 'A' follows '@'.
                ("repository", repository), ("version", version), ("first", $"{manifest}@"), ("behind", $"{manifest}A")),
            Read,
            cancellationToken);

    public async Task<IReadOnlyList<ServedSignature>> ListAllAsync(
        Guid repository, int version, string? last, int limit, Withheld withheld, CancellationToken cancellationToken)
    {
        var sql = new SqlText(database.Dialect);
        var visible = withheld.IsNothing ? "" : $"and not {WithheldRows.Signatures(sql, "s", withheld.Keys)}";
        return await database.QueryAsync(
            new(
                $"""
                select {Columns} from repository_content rc
                join signature s on s.content_id = rc.content_id
                where rc.repository_id = @repository and rc.kind = {Kinds.Signature} and rc.key > @last
                and {InVersion.Rows}
                {visible}
                order by rc.key limit @limit
                """,
                [
                    ("repository", repository), ("version", version), ("last", last ?? ""), ("limit", limit),
                    .. sql.Parameters,
                ]),
            Read,
            cancellationToken);
    }

    internal static ServedSignature Read(Row row) =>
        new(
        SignatureKey.Parse(row.String(0)), row.String(1), row.String(2), row.StringOrNull(3), row.Bytes(4),
        FirstSeen.Of(row.Guid(5)));
}
