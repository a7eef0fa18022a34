using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <summary>The statements that append versions, each with the number of rows it must change, if that matters.</summary>
internal sealed class VersionStatements(Dialect dialect)
{
    public const string Latest = """
        select v.number, v.created_at,
          v.added_blobs, v.added_manifests, v.added_tags, v.added_signatures,
          v.removed_blobs, v.removed_manifests, v.removed_tags, v.removed_signatures,
          v.present_blobs, v.present_manifests, v.present_tags, v.present_signatures,
          r.last_number, r.retain_repo_versions
        from repository r join repository_version v on v.repository_id = r.id and v.number = r.head
        where r.id = @repository
        """;

    // The newest version may have been deleted and another of the same content be the newest again: both are compared.
    private const string Fence = """
        update repository set head = @new, last_number = @new
        where id = @repository and head = @old and last_number = @last
        """;

    private const string InsertVersion = """
        insert into repository_version (
          repository_id, number, created_at,
          added_blobs, added_manifests, added_tags, added_signatures,
          removed_blobs, removed_manifests, removed_tags, removed_signatures,
          present_blobs, present_manifests, present_tags, present_signatures, id)
        values (@repository, @number, @now, @ab, @am, @at, @as, @rb, @rm, @rt, @rs, @pb, @pm, @pt, @ps, @id)
        """;

    // The fence of a task: an attempt that was cancelled, or that lost its task, changes no row, and so makes no version.
    private const string NoteWithTask = """
        update task set made_repository_id = @repository, made_number = @number, made_version_id = @id, made_at = @now
        where id = @task and attempt = @attempt and state = 'running' and made_number is null
        """;

    private const string InsertContent = """
        insert into content (id, kind, key, created_at, touched_at) values (@id, @kind, @key, @now, @now)
        on conflict (kind, key) do nothing
        """;

    private static readonly string InsertManifest = $"""
        insert into manifest (
          content_id, digest, sha256, media_type, artifact_type, annotations, size, bytes,
          {string.Join(", ", ManifestDescriber.Columns)})
        select id, @digest, @sha256, @media, @artifact, @annotations, @size, @bytes,
          {string.Join(", ", ManifestDescriber.Columns.Select(column => $"@{column}"))}
        from content where kind = 2 and key = @digest
        on conflict do nothing
        """;

    private const string InsertTag = """
        insert into tag (content_id, name, manifest_digest)
        select id, @name, @target from content where kind = 3 and key = @identity
        on conflict do nothing
        """;

    private readonly string _insertLinks = $"""
        insert into manifest_link (manifest_id, kind, digest)
        select c.id, @kind, d.value from content c cross join {dialect.Each("digests", "d")}
        where c.kind = 2 and c.key = @manifest
        on conflict do nothing
        """;

    private readonly string _add = $"""
        insert into repository_content (repository_id, kind, key, target, content_id, version_added)
        select @repository, c.kind, coalesce(t.name, c.key), coalesce(t.manifest_digest, s.manifest_digest), c.id, @version
        from content c left join tag t on t.content_id = c.id left join signature s on s.content_id = c.id
        where c.kind = @kind and {dialect.In("c.key", "identities")} and not c.doomed
        """;

    private readonly string _remove = $"""
        update repository_content set version_removed = @version
        where repository_id = @repository and kind = @kind and version_removed is null and {dialect.In("key", "keys")}
        """;

    private readonly string _settle = $"""
        delete from pending where repository_id = @repository
        and content_id in (select c.id from content c where c.kind = 1 and {dialect.In("c.key", "blobs")})
        """;

    public static RepositoryVersion Version(Row row) =>
        new(row.Int32(0), row.Time(1), Counts(row, 2), Counts(row, 6), Counts(row, 10))
        {
            HighestNumber = row.Int32(14),
            Retain = row.Int32OrNull(15),
        };

    public List<(Statement Statement, int? Rows)> Append(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<RepositoryVersion> versions,
        IReadOnlyList<VersionDraft> drafts,
        IReadOnlyDictionary<Digest, DescribedManifest> described)
    {
        // The fence comes first: it holds every other writer off until this transaction ends.
        List<(Statement, int?)> statements =
        [
            (
                new(
                    Fence,
                    ("repository", repository), ("old", head.Number), ("last", head.HighestNumber),
                    ("new", versions[^1].Number)),
                1),
        ];

        // All new content next, in one order: writers that bring the same content wait for each other, and not in a circle.
        statements.AddRange(
            from identity in drafts.SelectMany(IdentitiesOf).Distinct().OrderBy(identity => identity.Kind)
                .ThenBy(identity => identity.Key, StringComparer.Ordinal)
            select (ContentOf(identity.Kind, identity.Key, versions[0].CreatedAt), (int?)null));
        foreach (var (version, draft) in versions.Zip(drafts))
        {
            if (draft.Manifest is { } manifest)
                statements.AddRange(Store(described[manifest.Digest]).Select(statement => (statement, (int?)null)));
            foreach (var tag in draft.Added.Where(unit => unit.Kind is ContentKind.Tag && !draft.TagsAreStored))
                statements.AddRange(Store(tag).Select(statement => (statement, (int?)null)));
            var id = Guid.CreateVersion7();
            if (draft.Task is { } stamp)
                statements.Add((
                    new(
                        NoteWithTask,
                        ("repository", repository), ("number", version.Number), ("id", id), ("now", version.CreatedAt),
                        ("task", stamp.Task), ("attempt", stamp.Attempt)),
                    1));
            statements.Add((InsertOf(repository, version, id), 1));
            statements.AddRange(draft.Removed.GroupBy(unit => unit.Kind).Select(group => (
                new Statement(
                    _remove,
                    ("repository", repository), ("version", version.Number), ("kind", (int)group.Key),
                    ("keys", group.Select(unit => unit.Key).ToArray())),
                (int?)group.Count())));
            statements.AddRange(Add(repository, version.Number, draft.Added));
        }

        return statements;
    }

    // What a draft may be the first to bring. Blobs and signatures are stored before they join a repository.
    private static IEnumerable<(ContentKind Kind, string Key)> IdentitiesOf(VersionDraft draft)
    {
        if (draft.Manifest is { } manifest)
            yield return (ContentKind.Manifest, manifest.Digest.ToString());
        foreach (var tag in draft.Added.Where(unit => unit.Kind is ContentKind.Tag && !draft.TagsAreStored))
            yield return (tag.Kind, tag.Identity);
    }

    private IEnumerable<(Statement, int?)> Add(Guid repository, int version, IReadOnlyList<ContentUnit> units)
    {
        foreach (var group in units.GroupBy(unit => unit.Kind))
            yield return (
                new(
                    _add,
                    ("repository", repository), ("version", version), ("kind", (int)group.Key),
                    ("identities", group.Select(unit => unit.Identity).ToArray())),
                group.Count());

        var blobs = units.Where(unit => unit.Kind is ContentKind.Blob).Select(unit => unit.Key).ToArray();
        if (blobs.Length > 0)
            yield return (new(_settle, ("repository", repository), ("blobs", blobs)), null);
    }

    public IEnumerable<Statement> Store(DescribedManifest described)
    {
        var (manifest, document, description) = described;
        var digest = manifest.Digest.ToString();
        yield return new(
            InsertManifest,
            [
                ("digest", digest), ("sha256", manifest.OtherName?.ToString()), ("media", manifest.MediaType),
                ("artifact", document.ReferrerType),
                ("annotations", document.Annotations.Count == 0 ? null : JsonSerializer.Serialize(document.Annotations)),
                ("size", manifest.Bytes.Length), ("bytes", manifest.Bytes.ToArray()),
                .. ManifestDescriber.Values(description),
            ]);
        foreach (var kind in Manifest.LinksOf(manifest.Digest, document).GroupBy(link => link.Kind))
            yield return new(
                _insertLinks,
                ("manifest", digest), ("kind", (int)kind.Key), ("digests", kind.Select(link => link.Digest).ToArray()));
    }

    public static IEnumerable<Statement> Store(ContentUnit tag)
    {
        yield return new(InsertTag, ("identity", tag.Identity), ("name", tag.Key), ("target", tag.Target));
    }

    public static Statement ContentOf(ContentKind kind, string identity, DateTimeOffset now) =>
        new(InsertContent, ("id", Guid.CreateVersion7()), ("kind", (int)kind), ("key", identity), ("now", now));

    private static Statement InsertOf(Guid repository, RepositoryVersion version, Guid id)
    {
        var (added, removed, present) = (version.Added, version.Removed, version.Present);
        return new(
            InsertVersion,
            ("repository", repository), ("number", version.Number), ("now", version.CreatedAt),
            ("ab", added.Blobs), ("am", added.Manifests), ("at", added.Tags), ("as", added.Signatures),
            ("rb", removed.Blobs), ("rm", removed.Manifests), ("rt", removed.Tags), ("rs", removed.Signatures),
            ("pb", present.Blobs), ("pm", present.Manifests), ("pt", present.Tags), ("ps", present.Signatures),
            ("id", id));
    }

    private static ContentCounts Counts(Row row, int first) =>
        new(row.Int32(first), row.Int32(first + 1), row.Int32(first + 2), row.Int32(first + 3));
}
