namespace OrleansRegistry.Storage;

/// <summary>Which repositories a revocation is about, and what became of each: in sets, by what commits wrote down.</summary>
/// <remarks>
/// Two kinds of content sign an image: signatures (<c>signature</c>, kind 4), and manifests that attach them
/// (<c>attached_signature</c>, kind 2). Both tables name the key and the image alike.
/// </remarks>
internal static class RevocationPlan
{
    private const string InForceThen = "(v.id = @id or (v.number is not null and v.withdrawn_at is null))";

    // The image that is withdrawn itself.
    private const string Manifests =
        "select m.content_id, m.digest from revocation v join manifest m on m.digest = v.digest where v.id = @id";

    private static readonly string Held = $"""
        {HeldBy("signature", 4)}
        union all
        {HeldBy("attached_signature", 2)}
        union all
        {ScopeBy("signature s on s.manifest_digest = v.signed_digest join repository_content h on h.content_id = s.content_id")}
        union all
        {ScopeBy("repository_content h on v.signed_digest is null and h.repository_id = v.repository_id")}
        union all
        select h.repository_id, m.digest, 0, 0
        from ({Manifests}) m join repository_content h on h.content_id = m.content_id and h.version_removed is null
        """;

    /// <summary>Adds the repositories whose newest version holds any of it; those that are on the list stay as they are.</summary>
    public static readonly string Find = $"""
        insert into revocation_repository (
          revocation_id, repository_id, name, head, signatures, images, unsigned_images)
        select @id, r.id, r.name, r.head, x.signatures, x.images, x.unsigned_images
        from (
          select repository_id, sum(signatures) as signatures, count(distinct image) as images,
            count(distinct case when is_unsigned = 1 then image end) as unsigned_images
          from ({Held}) held group by repository_id) x
        join repository r on r.id = x.repository_id
        where true
        on conflict (revocation_id, repository_id) do nothing
        """;

    /// <summary>The digests of the images that it is about: what they were signed by, or what they are.</summary>
    public static readonly string Images = $"""
        {ImagesBy("signature")}
        union
        {ImagesBy("attached_signature")}
        union
        select coalesce(v.digest, v.signed_digest) from revocation v
        where v.id = @id and (v.digest is not null or v.signed_digest is not null)
        union
        select h.target from revocation v join repository_content h on h.repository_id = v.repository_id and h.kind = 4
        where v.id = @id and v.signed_digest is null
        """;

    /// <summary>Of a dry run: the images that would be left without a signature that counts.</summary>
    public static readonly string WouldBeUnsigned = $"""
        insert into revocation_image (revocation_id, repository_id, digest)
        select distinct @id, held.repository_id, held.image from ({Held}) held
        join repository_content i on i.repository_id = held.repository_id and i.kind = 2 and i.key = held.image
          and i.version_removed is null
        where held.is_unsigned = 1 and exists (select 1 from revocation v where v.id = @id and v.number is null)
        on conflict do nothing
        """;

    /// <summary>What serves it: distributions of the repositories on the list, and those of older versions that hold it.</summary>
    public static readonly string Distributions = $"""
        select d.base_path, d.pinned_version from distribution d
        join revocation_repository w on w.repository_id = d.repository_id where w.revocation_id = @id
        union
        {PinnedBy("signature", 4)}
        union
        {PinnedBy("attached_signature", 2)}
        order by 1 limit @limit
        """;

    /// <summary>The tags of images that it is about, in the newest version, or in the last one that held it.</summary>
    public static readonly string Tags = $"""
        select w.name, h.key, h.target from revocation_repository w
        join repository_content h on h.repository_id = w.repository_id and h.kind = 3
          and (h.version_removed is null or h.version_removed = w.version_after)
        where w.revocation_id = @id and h.target in ({Images}) order by w.name, h.key limit @limit
        """;

    /// <summary>Signing services that hold the key.</summary>
    public const string Services = """
        select distinct s.name from signing_service s join revoked_key k on k.fingerprint = s.fingerprint
        where k.revocation_id = @id order by s.name
        """;

    // One look at the newest version for each way of being signed.
    private static readonly string Went = $"""
        select max(h.version_removed) from repository_content h
        where h.repository_id = w.repository_id and h.version_removed > w.head and (
          (h.kind = 4 and ({IsBy("signature")} or exists (
            select 1 from revocation v where v.id = @id and v.scope = 'signatures'
            and (v.signed_digest is null or v.signed_digest = h.target))))
          or (h.kind = 2 and {IsBy("attached_signature")})
          or (h.kind = 2 and h.content_id in (select g.content_id from ({Manifests}) g)))
        """;

    /// <summary>Notes the version in which it left each of some repositories, and the images that are unsigned since.</summary>
    public static IReadOnlyList<string> Done(Dialect dialect) =>
    [
        $"""
        update revocation_repository as w set done_at = @now, error = null, version_after = ({Went})
        where w.revocation_id = @id and w.done_at is null and {dialect.In("w.repository_id", "repositories")}
        """,
        $"""
        update revocation_repository as w set version_before = (
          select max(b.number) from repository_version b
          where b.repository_id = w.repository_id and b.number < w.version_after)
        where w.revocation_id = @id and w.version_before is null and w.version_after is not null
        and {dialect.In("w.repository_id", "repositories")}
        """,
        Unsigned(dialect, "signature", 4),
        Unsigned(dialect, "attached_signature", 2),
    ];

    private static string HeldBy(string table, int kind) => $"""
        select h.repository_id, s.manifest_digest as image, 1 as signatures,
          case when {StillSigned("h.repository_id", "s.manifest_digest", $"""
            and not exists (
              select 1 from revoked_key k join revocation v on v.id = k.revocation_id
              where {InForceThen} and {RevokedRows.NamedBy("t")})
            """)} then 0 else 1 end as is_unsigned
        from revocation v join revoked_key k on k.revocation_id = v.id
        join {table} s on {RevokedRows.NamedBy("s")}
        join repository_content h on h.content_id = s.content_id and h.version_removed is null and h.kind = {kind}
        where v.id = @id
        """;

    // Signatures of whomever: what is left to sign an image is what manifests attach.
    private static string ScopeBy(string held) => $"""
        select h.repository_id, h.target, 1, case when exists (
          select 1 from attached_signature t join repository_content o on o.content_id = t.content_id
          where t.manifest_digest = h.target and not t.is_attestation
          and o.repository_id = h.repository_id and o.kind = 2 and o.version_removed is null) then 0 else 1 end
        from revocation v join {held}
        where v.id = @id and v.scope = 'signatures' and h.kind = 4 and h.version_removed is null
        and (v.repository_id is null or h.repository_id = v.repository_id)
        """;

    private static string ImagesBy(string table) => $"""
        select s.manifest_digest from revocation v join revoked_key k on k.revocation_id = v.id
        join {table} s on {RevokedRows.NamedBy("s")} where v.id = @id
        """;

    private static string PinnedBy(string table, int kind) => $"""
        select d.base_path, d.pinned_version from revocation v join revoked_key k on k.revocation_id = v.id
        join {table} s on {RevokedRows.NamedBy("s")}
        join repository_content h on h.content_id = s.content_id and h.kind = {kind}
        join distribution d on d.repository_id = h.repository_id and h.version_added <= d.pinned_version
          and (h.version_removed is null or h.version_removed > d.pinned_version)
        where v.id = @id
        """;

    private static string IsBy(string table) => $"""
        exists (
          select 1 from revocation v join revoked_key k on k.revocation_id = v.id
          join {table} s on s.content_id = h.content_id where v.id = @id and {RevokedRows.NamedBy("s")})
        """;

    private static string Unsigned(Dialect dialect, string table, int kind) => $"""
        insert into revocation_image (revocation_id, repository_id, digest)
        select distinct @id, w.repository_id, s.manifest_digest
        from revocation_repository w
        join repository_content h on h.repository_id = w.repository_id and h.version_removed = w.version_after
          and h.kind = {kind}
        join {table} s on s.content_id = h.content_id
        join repository_content i on i.repository_id = w.repository_id and i.kind = 2 and i.key = s.manifest_digest
          and i.version_removed is null
        where w.revocation_id = @id and {dialect.In("w.repository_id", "repositories")}
        and not {StillSigned("w.repository_id", "s.manifest_digest", "")}
        on conflict do nothing
        """;

    // Whether a repository still holds a signature of an image, of those that count. An attestation says something else.
    private static string StillSigned(string repository, string image, string counts) => $"""
        (exists (select 1 from repository_content o join signature t on t.content_id = o.content_id
          where o.repository_id = {repository} and o.target = {image} and o.kind = 4 and o.version_removed is null {counts})
        or exists (select 1 from attached_signature t join repository_content o on o.content_id = t.content_id
          where t.manifest_digest = {image} and not t.is_attestation
          and o.repository_id = {repository} and o.kind = 2 and o.version_removed is null {counts}))
        """;
}
