namespace OrleansRegistry.Storage;

/// <summary>
/// Keeps count of the signatures by each key in the newest version of each repository: part of every transaction that
/// changes them, and of its cost alone. A row for each repository, so that no two repositories wait for each other.
/// </summary>
/// <remarks>Two kinds of content sign: signatures, by the key that they name, and manifests, by the keys that made them.</remarks>
internal sealed class KeyUse(Dialect dialect)
{
    private const string Into = """
        insert into key_use (
          repository_id, key_id, fingerprint, signatures, proven, manifests, first_seen, last_seen)
        """;

    private const string Add = """
        on conflict (key_id, fingerprint, repository_id) do update set
          signatures = key_use.signatures + excluded.signatures, proven = key_use.proven + excluded.proven,
          manifests = key_use.manifests + excluded.manifests, last_seen = excluded.last_seen
        """;

    // Whatever came or went in the versions after the last one. Of two signatures of an image by one key, one may go, and
    // the image is still signed by it: looked up only where it may be so.
    private const string Count = $"""
        with touched as (
          select content_id, kind, case when version_removed is null then 1 else 0 end as held_after, 0 as held_before
          from repository_content where repository_id = @repository and kind in ({Kinds.Signing})
          and version_added > @last
          union all
          select content_id, kind, 0, 1
          from repository_content
          where repository_id = @repository and kind in ({Kinds.Signing}) and version_removed > @last
          and version_added <= @last
        ), signed as (
          select s.key_id, coalesce(s.fingerprint, '') as fingerprint, s.manifest_digest as image, t.held_after,
            t.held_before, case when s.proven then 1 else 0 end as proven
          from touched t join signature s on s.content_id = t.content_id where t.kind = {Kinds.Signature}
          union all
          select a.key_id, a.fingerprint, a.manifest_digest, t.held_after, t.held_before, 1
          from touched t join attached_signature a on a.content_id = t.content_id where t.kind = {Kinds.Manifest}
        ), images as (
          select s.key_id, s.fingerprint, s.image, sum(s.held_after) - sum(s.held_before) as signatures,
            sum(s.held_after * s.proven) - sum(s.held_before * s.proven) as proven,
            max(s.held_after) - max(s.held_before) as images
          from signed s group by s.key_id, s.fingerprint, s.image
        )
        {Into}
        select @repository, i.key_id, i.fingerprint, sum(i.signatures), sum(i.proven), sum(case when i.images <> 0 and (
            exists (
              select 1 from repository_content o join signature s on s.content_id = o.content_id
              where o.repository_id = @repository and o.target = i.image and o.kind = {Kinds.Signature}
              and o.version_removed is null
              and o.version_added <= @last and s.key_id = i.key_id and coalesce(s.fingerprint, '') = i.fingerprint)
            or exists (
              select 1 from attached_signature a join repository_content o on o.content_id = a.content_id
              where a.manifest_digest = i.image and a.key_id = i.key_id and a.fingerprint = i.fingerprint
              and o.repository_id = @repository and o.kind = {Kinds.Manifest} and o.version_removed is null
              and o.version_added <= @last))
          then 0 else i.images end), @now, @now
        from images i group by i.key_id, i.fingerprint
        {Add}
        """;

    private const string Forget = "delete from key_use where repository_id = @repository";

    private static readonly string Recount = $"""
        {Into}
        select @repository, s.key_id, s.fingerprint, count(*), sum(s.proven), count(distinct s.image), min(c.created_at),
          max(c.created_at)
        from ({Held(_ => "rc.repository_id = @repository")}) s join content c on c.id = s.content_id
        group by s.key_id, s.fingerprint
        """;

    // A key that nobody had heard of: it is claimed from now on.
    private readonly string _claim = $"""
        insert into signing_key (id, key_id, fingerprint, kind, created_at)
        select {dialect.NewId}, u.key_id, u.fingerprint, 'openpgp', u.first_seen from key_use u
        where u.repository_id = @repository and not exists (
          select 1 from signing_key k where k.key_id = u.key_id and k.fingerprint = u.fingerprint)
        on conflict do nothing
        """;

    private readonly string _ofImages = $"""
        {Into}
        select s.repository_id, s.key_id, s.fingerprint, @sign * count(*), @sign * sum(s.proven),
          @sign * count(distinct s.image), @now, @now
        from ({Held(signed => dialect.In($"{signed}.manifest_digest", "images"))}) s
        group by s.repository_id, s.key_id, s.fingerprint
        {Add}
        """;

    /// <summary>Counts what the versions after one change. To be run when they are there.</summary>
    public IEnumerable<Statement> After(Guid repository, int last, DateTimeOffset now) =>
        [new(Count, ("repository", repository), ("last", last), ("now", now)), new(_claim, ("repository", repository))];

    /// <summary>Counts a repository anew: where its newest version is another one than it was.</summary>
    public static IEnumerable<Statement> Anew(Guid repository) =>
        [new(Forget, ("repository", repository)), new(Recount, ("repository", repository))];

    /// <summary>Takes all signatures of some images from the counts of all repositories (-1), or adds them (1).</summary>
    public Statement Of(string[] images, int sign, DateTimeOffset now) =>
        new(_ofImages, ("images", images), ("sign", sign), ("now", now));

    // What signs in the newest versions: both kinds of it.
    private static string Held(Func<string, string> condition) => $"""
        select rc.repository_id, rc.content_id, s.key_id, coalesce(s.fingerprint, '') as fingerprint,
          s.manifest_digest as image, case when s.proven then 1 else 0 end as proven
        from signature s
        join repository_content rc on rc.content_id = s.content_id and rc.kind = {Kinds.Signature}
        and rc.version_removed is null
        where {condition("s")}
        union all
        select rc.repository_id, rc.content_id, a.key_id, a.fingerprint, a.manifest_digest, 1
        from attached_signature a
        join repository_content rc on rc.content_id = a.content_id and rc.kind = {Kinds.Manifest}
        and rc.version_removed is null
        where {condition("a")}
        """;
}
