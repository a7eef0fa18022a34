using OrleansRegistry.Content;
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

    // What it lets in was judged by the decisions up to that one.
    private const string EntryFence = $"{Fence} and @epoch = (select epoch from gate where id = 1)";

    private static readonly string[] CountColumns =
    [
        "added_blobs", "added_manifests", "added_tags", "added_signatures",
        "removed_blobs", "removed_manifests", "removed_tags", "removed_signatures",
        "present_blobs", "present_manifests", "present_tags", "present_signatures",
    ];

    private readonly ContentStatements _content = new(dialect);

    private readonly KeyUse _use = new(dialect);

    private readonly string _versions = $"""
        insert into repository_version (repository_id, created_at, id, number, {string.Join(", ", CountColumns)})
        select @repository, @now, r.id, r.number, {string.Join(", ", CountColumns.Select(column => $"r.{column}"))}
        from {dialect.Rows("r", ["id", "number", .. CountColumns])}
        """;

    // The fence of a task: an attempt that was cancelled, or that lost its task, changes no row, and so makes no version.
    private readonly string _noteWithTasks = $"""
        update task set made_repository_id = @repository, made_number = r.number, made_version_id = r.id, made_at = @now
        from {dialect.Rows("r", "task", "attempt", "number", "id")}
        where task.id = r.task and task.attempt = r.attempt and state = 'running' and made_number is null
        """;

    private readonly string _add = $"""
        insert into repository_content (repository_id, kind, key, target, content_id, version_added, version_removed)
        select @repository, r.kind, r.unit, r.target, content.id, r.since, r.until
        from {dialect.Rows("r", "kind", "unit", "target", "identity", "since", "until")}
        {dialect.LookUp("content", "content.kind = r.kind and content.key = r.identity and not content.doomed")}
        """;

    private readonly string _remove = $"""
        update repository_content set version_removed = r.version from {dialect.Rows("r", "kind", "key", "version")}
        where repository_content.repository_id = @repository and repository_content.kind = r.kind
        and repository_content.key = r.key and repository_content.version_removed is null
        """;

    private readonly string _settle = $"""
        delete from pending where repository_id = @repository
        and content_id in (select c.id from content c where c.kind = {Kinds.Blob} and {dialect.In("c.key", "blobs")})
        """;

    // Whether all of the units are there, the number of rows says; a version that is there already is an error.
    private string? _together;

    private string _all => _together ??= $"with numbered as (\n{_versions}),\nsettled as (\n{_settle})\n{_add}";

    public static RepositoryVersion Version(Row row) =>
        new(row.Int32(0), row.Time(1), Counts(row, 2), Counts(row, 6), Counts(row, 10))
        {
            HighestNumber = row.Int32(14),
            Retain = row.Int32OrNull(15),
        };

    public IEnumerable<(Statement Statement, int? Rows)> Append(
        Guid repository,
        RepositoryVersion head,
        IReadOnlyList<RepositoryVersion> versions,
        IReadOnlyList<VersionDraft> drafts,
        IReadOnlyCollection<DescribedManifest> manifests,
        long epoch)
    {
        var (number, now) = (versions[^1].Number, versions[0].CreatedAt);
        var ids = versions.Select(_ => Guid.CreateVersion7()).ToArray();
        var (begun, ended) = Stay.Of(versions.Zip(drafts));

        // The fence comes first: it holds every other writer off until this transaction ends.
        var isEntry = begun.Any(stay => stay.Unit.Kind is ContentKind.Manifest or ContentKind.Signature);
        var maySign = MaySign(begun, ended, manifests);
        if ((isEntry || maySign) && dialect.EntryLock is { } entryLock)
            yield return (entryLock, null);
        yield return (
            new(
                isEntry ? EntryFence : Fence,
                [
                    ("repository", repository), ("old", head.Number), ("last", head.HighestNumber), ("new", number),
                    .. isEntry ? [("epoch", epoch)] : Array.Empty<(string, object?)>(),
                ]),
            1);

        // What a draft may be the first to bring. Blobs and signatures are stored before they join a repository.
        foreach (var statement in _content.Store(manifests, TagsOf(drafts), now))
            yield return (statement, null);
        if (drafts.Any(draft => draft.Task is not null))
            yield return NoteWithTasks(repository, versions, drafts, ids);
        if (ended.Count > 0)
            yield return (
                Statement.OverRows(
                    _remove,
                    ended.Count,
                    ("repository", repository),
                    ("kind", ended.Select(one => (int)one.Key.Kind).ToArray()),
                    ("key", ended.Select(one => one.Key.Key).ToArray()),
                    ("version", ended.Select(one => one.Version).ToArray())),
                ended.Count);
        var numbered = VersionRows(versions, ids);
        var blobs = begun.Where(stay => stay.Unit.Kind is ContentKind.Blob).Select(stay => stay.Unit.Key).ToArray();
        if (dialect.ChangesInsideWith && begun.Count > 0)
        {
            yield return (
                new(_all, [("repository", repository), .. numbered, .. StayRows(begun), ("blobs", blobs)]), begun.Count);
        }
        else
        {
            yield return (
                Statement.OverRows(_versions, versions.Count, [("repository", repository), .. numbered]), versions.Count);
            if (begun.Count > 0)
                yield return (
                    Statement.OverRows(_add, begun.Count, [("repository", repository), .. StayRows(begun)]), begun.Count);
            if (blobs.Length > 0)
                yield return (new(_settle, ("repository", repository), ("blobs", blobs)), null);
        }

        if (maySign)
            foreach (var statement in _use.After(repository, head.HighestNumber, now))
                yield return (statement, null);
    }

    // Manifests may attach signatures. Those that are just stored are known not to: nearly all that are pushed.
    private static bool MaySign(
        IReadOnlyList<Stay> begun,
        IReadOnlyList<(ContentKey Key, int Version)> ended,
        IReadOnlyCollection<DescribedManifest> stored)
    {
        var harmless = stored.Where(one => !one.Description.IsSignature)
            .Select(one => one.Manifest.Digest.ToString()).ToHashSet();
        return begun.Any(stay => stay.Unit.Kind is ContentKind.Signature
                || (stay.Unit.Kind is ContentKind.Manifest && !harmless.Contains(stay.Unit.Key)))
            || ended.Any(one => one.Key.Kind is ContentKind.Signature or ContentKind.Manifest);
    }

    private static List<ContentUnit> TagsOf(IEnumerable<VersionDraft> drafts) =>
    [
        .. drafts.Where(draft => !draft.TagsAreStored).SelectMany(draft => draft.Added)
            .Where(unit => unit.Kind is ContentKind.Tag).Distinct(),
    ];

    private (Statement, int?) NoteWithTasks(
        Guid repository, IReadOnlyList<RepositoryVersion> versions, IReadOnlyList<VersionDraft> drafts, Guid[] ids)
    {
        var made = Enumerable.Range(0, drafts.Count).Where(one => drafts[one].Task is not null).ToArray();
        return (
            Statement.OverRows(
                _noteWithTasks,
                made.Length,
                ("repository", repository), ("now", versions[0].CreatedAt),
                ("task", made.Select(one => drafts[one].Task!.Value.Task).ToArray()),
                ("attempt", made.Select(one => drafts[one].Task!.Value.Attempt).ToArray()),
                ("number", made.Select(one => versions[one].Number).ToArray()),
                ("id", made.Select(one => ids[one]).ToArray())),
            made.Length);
    }

    private static (string, object?)[] StayRows(IReadOnlyList<Stay> stays)
    {
        return
        [
            ("kind", All(stay => (int)stay.Unit.Kind)),
            ("unit", All(stay => stay.Unit.Key)),
            ("target", All(stay => stay.Unit.Target?.ToString())),
            ("identity", All(stay => stay.Unit.Identity)),
            ("since", All(stay => stay.Since)),
            ("until", All(stay => stay.Until)),
        ];

        T[] All<T>(Func<Stay, T> read) => [.. stays.Select(read)];
    }

    private static (string, object?)[] VersionRows(IReadOnlyList<RepositoryVersion> versions, Guid[] ids)
    {
        Func<RepositoryVersion, ContentCounts>[] changes =
            [version => version.Added, version => version.Removed, version => version.Present];
        Func<ContentCounts, int>[] kinds =
            [counts => counts.Blobs, counts => counts.Manifests, counts => counts.Tags, counts => counts.Signatures];
        var counts = changes.SelectMany(_ => kinds, (change, kind) => versions.Select(one => kind(change(one))).ToArray());
        return
        [
            ("now", versions[0].CreatedAt),
            ("id", ids), ("number", versions.Select(version => version.Number).ToArray()),
            .. CountColumns.Zip(counts, (column, values) => (column, (object?)values)),
        ];
    }

    private static ContentCounts Counts(Row row, int first) =>
        new(row.Int32(first), row.Int32(first + 1), row.Int32(first + 2), row.Int32(first + 3));
}
