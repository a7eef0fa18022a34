namespace OrleansRegistry.Storage;

/// <summary>Conditions that hold for rows that revocations in force are about, as the catalogue knows them now.</summary>
internal static class RevokedRows
{
    /// <summary>Revocations in force, in a table with the alias <c>v</c>.</summary>
    public const string InForce = "v.number is not null and v.withdrawn_at is null";

    /// <summary>Signatures, in a table with the columns of <c>signature</c>, or <c>attached_signature</c>.</summary>
    public static string Signatures(string table) => $"""
        exists (select 1 from revoked_key k join revocation v on v.id = k.revocation_id
          where {InForce} and {NamedBy(table)})
        """;

    /// <summary>Some of what the newest version of a repository holds, and is revoked.</summary>
    public static string HeldNow { get; } = $"""
        select h.key from repository_content h join signature s on s.content_id = h.content_id
        where h.repository_id = @repository and h.kind = {Kinds.Signature} and h.version_removed is null
        and {Signatures("s")}
        union all
        select h.key from repository_content h join attached_signature a on a.content_id = h.content_id
        where h.repository_id = @repository and h.kind = {Kinds.Manifest} and h.version_removed is null
        and {Signatures("a")}
        union all
        select h.key from repository_content h join revocation v on v.digest = h.key
        where h.repository_id = @repository and h.kind = {Kinds.Manifest} and h.version_removed is null and {InForce}
        limit 1
        """;

    /// <summary>Whether a signature names a key of a revocation: rows of <c>revoked_key</c> as <c>k</c>.</summary>
    public static string NamedBy(string table) => $"""
        k.key_id = {table}.key_id
          and (k.fingerprint = '' or {table}.fingerprint is null or k.fingerprint = {table}.fingerprint)
          and (v.since_id is null or {table}.content_id >= v.since_id)
        """;
}
