namespace OrleansRegistry.Storage;

/// <summary>Which repositories a revocation is about, and what became of each: in sets, by what commits wrote down.</summary>
/// <remarks>
/// Two kinds of content sign an image: signatures (<c>signature</c>), and manifests that attach them
/// (<c>attached_signature</c>). Both tables name the key and the image alike.
/// </remarks>
internal static class RevocationPlan
{
    private const string IsDryRun = "exists (select 1 from revocation v where v.id = @id and v.number is null)";

    private const string Count = """
        update revocation_repository as w set unsigned_images = (
          select count(*) from revocation_image i
          where i.revocation_id = w.revocation_id and i.repository_id = w.repository_id)
        """;

    private static readonly string StillCounts = $"""
        and not exists (
          select 1 from revoked_key k join revocation v on v.id = k.revocation_id
          where (v.id = @id or ({RevokedRows.InForce})) and {RevokedRows.NamedBy("t")})
        """;

    // The image that is withdrawn itself.
    private const string Manifests =
        "select m.content_id, m.digest from revocation v join manifest m on m.digest = v.digest where v.id = @id";

    private static readonly string ByKey = $"""
        {HeldBy("signature", Kinds.Signature)}
        union all
        {HeldBy("attached_signature", Kinds.Manifest)}
        """;

    private static readonly string ByScope = $"""
        {ScopeBy("signature s on s.manifest_digest = v.signed_digest join repository_content h on h.content_id = s.content_id")}
        union all
        {ScopeBy("repository_content h on v.signed_digest is null and h.repository_id = v.repository_id")}
        """;

    /// <summary>Adds the repositories whose newest version holds any of it; those that are on the list stay as they are.</summary>
    public static readonly string Find = $"""
        insert into revocation_repository (
          revocation_id, repository_id, name, head, signatures, images, unsigned_images)
        select @id, r.id, r.name, r.head, x.signatures, x.images, 0
        from (
          select repository_id, sum(signatures) as signatures, count(distinct image) as images
          from (
            {ByKey}
            union all
            {ByScope}
            union all
            select h.repository_id, m.digest, 0
            from ({Manifests}) m join repository_content h on h.content_id = m.content_id and h.version_removed is null) held
          group by repository_id) x
        join repository r on r.id = x.repository_id
        where true
        on conflict (revocation_id, repository_id) do nothing
        """;

    /// <summary>Of a dry run: the images that would be left without a signature that counts.</summary>
    /// <remarks>Negations on their own, which a planner can work off as sets.</remarks>
    public static readonly IReadOnlyList<string> WouldBeUnsigned =
    [
        Unsigned(ByKey, $"and not {Signed(StillCounts)} and not {Attached(StillCounts)}"),
        Unsigned(ByScope, $"and not {Attached()}"),
        $"{Count} where w.revocation_id = @id and {IsDryRun}",
    ];

    /// <summary>The digests of the images that it is about: what they were signed by, or what they are.</summary>
    public static readonly string Images = $"""
        {ImagesBy("signature")}
        union
        {ImagesBy("attached_signature")}
        union
        select coalesce(v.digest, v.signed_digest) from revocation v
        where v.id = @id and (v.digest is not null or v.signed_digest is not null)
        union
        select h.target from revocation v
        join repository_content h on h.repository_id = v.repository_id and h.kind = {Kinds.Signature}
        where v.id = @id and v.signed_digest is null
        """;

    /// <summary>What serves it: distributions of the repositories on the list, and those of older versions that hold it.</summary>
    public static readonly string Distributions = $"""
        select d.base_path, d.pinned_version from distribution d
        join revocation_repository w on w.repository_id = d.repository_id where w.revocation_id = @id
        union
        {PinnedBy("signature", Kinds.Signature)}
        union
        {PinnedBy("attached_signature", Kinds.Manifest)}
        order by 1 limit @limit
        """;

    /// <summary>The tags of images that it is about, in the newest version, or in the last one that held it.</summary>
    public static readonly string Tags = $"""
        select w.name, h.key, h.target from revocation_repository w
        join repository_content h on h.repository_id = w.repository_id and h.kind = {Kinds.Tag}
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
          (h.kind = {Kinds.Signature} and ({IsBy("signature")} or exists (
            select 1 from revocation v where v.id = @id and v.scope = 'signatures'
            and (v.signed_digest is null or v.signed_digest = h.target))))
          or (h.kind = {Kinds.Manifest} and {IsBy("attached_signature")})
          or (h.kind = {Kinds.Manifest} and h.content_id in (select g.content_id from ({Manifests}) g)))
        """;

    /// <summary>Notes the version in which it left each of some repositories, and the images that are unsigned since.</summary>
    public static IReadOnlyList<string> Done(Dialect dialect) =>
    [
        $"""
        update revocation_repository as w set done_at = @now, error = null, task_id = @task, version_after = ({Went})
        where w.revocation_id = @id and w.done_at is null and {dialect.In("w.repository_id", "repositories")}
        """,
        $"""
        update revocation_repository as w set version_before = (
          select max(b.number) from repository_version b
          where b.repository_id = w.repository_id and b.number < w.version_after)
        where w.revocation_id = @id and w.version_before is null and w.version_after is not null
        and {dialect.In("w.repository_id", "repositories")}
        """,
        LeftUnsigned(dialect, "signature", Kinds.Signature),
        LeftUnsigned(dialect, "attached_signature", Kinds.Manifest),
        $"{Count} where w.revocation_id = @id and {dialect.In("w.repository_id", "repositories")}",
    ];

    private static string HeldBy(string table, string kind) => $"""
        select h.repository_id, s.manifest_digest as image, 1 as signatures
        from revocation v join revoked_key k on k.revocation_id = v.id
        join {table} s on {RevokedRows.NamedBy("s")}
        join repository_content h on h.content_id = s.content_id and h.version_removed is null and h.kind = {kind}
        where v.id = @id
        """;

    // Signatures of whomever.
    private static string ScopeBy(string held) => $"""
        select h.repository_id, h.target as image, 1 as signatures
        from revocation v join {held}
        where v.id = @id and v.scope = 'signatures' and h.kind = {Kinds.Signature} and h.version_removed is null
        and (v.repository_id is null or h.repository_id = v.repository_id)
        """;

    private static string ImagesBy(string table) => $"""
        select s.manifest_digest from revocation v join revoked_key k on k.revocation_id = v.id
        join {table} s on {RevokedRows.NamedBy("s")} where v.id = @id
        """;

    private static string PinnedBy(string table, string kind) => $"""
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

    private static string Unsigned(string held, string andNotSigned) => $"""
        insert into revocation_image (revocation_id, repository_id, digest)
        select distinct @id, w.repository_id, w.image from ({held}) w
        join repository_content i on i.repository_id = w.repository_id and i.kind = {Kinds.Manifest} and i.key = w.image
          and i.version_removed is null
        where {IsDryRun} {andNotSigned}
        on conflict do nothing
        """;

    private static string LeftUnsigned(Dialect dialect, string table, string kind) => $"""
        insert into revocation_image (revocation_id, repository_id, digest)
        select distinct @id, w.repository_id, w.image
        from (
          select r.repository_id, s.manifest_digest as image from revocation_repository r
          join repository_content h on h.repository_id = r.repository_id and h.version_removed = r.version_after
            and h.kind = {kind}
          join {table} s on s.content_id = h.content_id
          where r.revocation_id = @id and {dialect.In("r.repository_id", "repositories")}) w
        join repository_content i on i.repository_id = w.repository_id and i.kind = {Kinds.Manifest} and i.key = w.image
          and i.version_removed is null
        where not {Signed()} and not {Attached()}
        on conflict do nothing
        """;

    // Whether a repository holds a signature of an image, of those that count. An attestation says something else.
    private static string Signed(string counts = "") => SignedBy("signature", Kinds.Signature, counts);

    private static string Attached(string counts = "") =>
        SignedBy("attached_signature", Kinds.Manifest, $"and not t.is_attestation {counts}");

    private static string SignedBy(string table, string kind, string counts) => $"""
        exists (
          select 1 from {table} t join repository_content o on o.content_id = t.content_id
          where t.manifest_digest = w.image and o.repository_id = w.repository_id and o.kind = {kind}
          and o.version_removed is null {counts})
        """;
}
