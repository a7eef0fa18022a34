namespace OrleansRegistry.Storage;

/// <summary>Which repositories a revocation is about, and what became of each: in sets, by what commits wrote down.</summary>
internal static class RevocationPlan
{
    private static readonly string StillSigned = $"""
        exists (select 1 from repository_content o join signature t on t.content_id = o.content_id
          where o.repository_id = h.repository_id and o.target = h.target and o.kind = 4 and o.version_removed is null
          and not exists (
            select 1 from revoked_key k join revocation v on v.id = k.revocation_id
            where (v.id = @id or (v.number is not null and v.withdrawn_at is null)) and {RevokedRows.NamedBy("t")}))
        """;

    private static readonly string Held = $"""
        select h.repository_id, h.target, 1 as signatures, case when {StillSigned} then 0 else 1 end as is_unsigned
        from revocation v join revoked_key k on k.revocation_id = v.id
        join signature s on {RevokedRows.NamedBy("s")}
        join repository_content h on h.content_id = s.content_id and h.version_removed is null and h.kind = 4
        where v.id = @id
        union all
        select h.repository_id, m.digest, 0, 0
        from ({Manifests}) m join repository_content h on h.content_id = m.content_id and h.version_removed is null
        """;

    // The image that is withdrawn itself.
    private const string Manifests =
        "select m.content_id, m.digest from revocation v join manifest m on m.digest = v.digest where v.id = @id";

    /// <summary>Adds the repositories whose newest version holds any of it; those that are on the list stay as they are.</summary>
    public static readonly string Find = $"""
        insert into revocation_repository (
          revocation_id, repository_id, name, head, signatures, images, unsigned_images)
        select @id, r.id, r.name, r.head, x.signatures, x.images, x.unsigned_images
        from (
          select repository_id, sum(signatures) as signatures, count(distinct target) as images,
            count(distinct case when is_unsigned = 1 then target end) as unsigned_images
          from ({Held}) held group by repository_id) x
        join repository r on r.id = x.repository_id
        where true
        on conflict (revocation_id, repository_id) do nothing
        """;

    /// <summary>The digests of the images that it is about: what they were signed by, or what they are.</summary>
    public static readonly string Images = $"""
        select s.manifest_digest from revocation v join revoked_key k on k.revocation_id = v.id
        join signature s on {RevokedRows.NamedBy("s")} where v.id = @id
        union
        select v.digest from revocation v where v.id = @id and v.digest is not null
        """;

    private static readonly string Went = $"""
        select max(h.version_removed) from repository_content h
        where h.repository_id = w.repository_id and h.version_removed > w.head and (
          (h.kind = 4 and exists (
            select 1 from revocation v join revoked_key k on k.revocation_id = v.id
            join signature s on s.content_id = h.content_id where v.id = @id and {RevokedRows.NamedBy("s")}))
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
        $"""
        insert into revocation_image (revocation_id, repository_id, digest)
        select distinct @id, w.repository_id, h.target
        from revocation_repository w
        join repository_content h on h.repository_id = w.repository_id and h.version_removed = w.version_after and h.kind = 4
        join repository_content i on i.repository_id = w.repository_id and i.kind = 2 and i.key = h.target
          and i.version_removed is null
        where w.revocation_id = @id and {dialect.In("w.repository_id", "repositories")} and not exists (
          select 1 from repository_content o where o.repository_id = w.repository_id and o.target = h.target and o.kind = 4
          and o.version_removed is null)
        on conflict do nothing
        """,
    ];
}
