namespace OrleansRegistry.Storage;

/// <summary>
/// Keeps count of the signatures by each key in the newest version of each repository: part of every transaction that
/// changes them, and of its cost alone. A row for each repository, so that no two repositories wait for each other.
/// </summary>
internal sealed class KeyUse(Dialect dialect)
{
    // Whatever came or went in the versions after the last one. Of two signatures of an image by one key, one may go, and
    // the image is still signed by it: looked up only where it may be so.
    private const string Count = """
        with touched as (
          select content_id, target, case when version_removed is null then 1 else 0 end as held_after, 0 as held_before
          from repository_content where repository_id = @repository and kind = 4 and version_added > @last
          union all
          select content_id, target, 0, 1
          from repository_content
          where repository_id = @repository and kind = 4 and version_removed > @last and version_added <= @last
        ), images as (
          select s.key_id, coalesce(s.fingerprint, '') as fingerprint, t.target,
            sum(t.held_after) - sum(t.held_before) as signatures, max(t.held_after) - max(t.held_before) as images
          from touched t join signature s on s.content_id = t.content_id
          group by s.key_id, coalesce(s.fingerprint, ''), t.target
        )
        insert into key_use (repository_id, key_id, fingerprint, signatures, manifests, first_seen, last_seen)
        select @repository, i.key_id, i.fingerprint, sum(i.signatures), sum(case when i.images <> 0 and exists (
            select 1 from repository_content o join signature s on s.content_id = o.content_id
            where o.repository_id = @repository and o.target = i.target and o.kind = 4 and o.version_removed is null
            and o.version_added <= @last and s.key_id = i.key_id and coalesce(s.fingerprint, '') = i.fingerprint)
          then 0 else i.images end), @now, @now
        from images i group by i.key_id, i.fingerprint
        on conflict (key_id, fingerprint, repository_id) do update set
          signatures = key_use.signatures + excluded.signatures, manifests = key_use.manifests + excluded.manifests,
          last_seen = excluded.last_seen
        """;

    private const string Forget = "delete from key_use where repository_id = @repository";

    private const string Recount = """
        insert into key_use (repository_id, key_id, fingerprint, signatures, manifests, first_seen, last_seen)
        select @repository, s.key_id, coalesce(s.fingerprint, ''), count(*), count(distinct s.manifest_digest),
          min(c.created_at), max(c.created_at)
        from repository_content rc join signature s on s.content_id = rc.content_id join content c on c.id = rc.content_id
        where rc.repository_id = @repository and rc.kind = 4 and rc.version_removed is null
        group by s.key_id, coalesce(s.fingerprint, '')
        """;

    // A key that nobody had heard of: it is claimed from now on.
    private readonly string _claim = $"""
        insert into signing_key (id, key_id, fingerprint, kind, created_at)
        select {dialect.NewId}, u.key_id, u.fingerprint, 'openpgp', u.first_seen from key_use u
        where u.repository_id = @repository and not exists (
          select 1 from signing_key k where k.key_id = u.key_id and k.fingerprint = u.fingerprint)
        on conflict do nothing
        """;

    /// <summary>Counts what the versions after one change. To be run when they are there.</summary>
    public IEnumerable<Statement> After(Guid repository, int last, DateTimeOffset now) =>
        [new(Count, ("repository", repository), ("last", last), ("now", now)), new(_claim, ("repository", repository))];

    /// <summary>Counts a repository anew: where its newest version is another one than it was.</summary>
    public static IEnumerable<Statement> Anew(Guid repository) =>
        [new(Forget, ("repository", repository)), new(Recount, ("repository", repository))];
}
