using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IHeadReader"/>
public sealed class HeadReader(IDatabase database) : IHeadReader
{
    private readonly string _find = $"""
        select kind, key, target from repository_content
        where repository_id = @repository and version_removed is null
        and {database.Dialect.In("kind", "kinds")} and {database.Dialect.In("key", "keys")}
        """;

    private readonly string _missing = $"""
        select x.value from {database.Dialect.Each("keys", "x")} where not exists (
          select 1 from repository_content rc
          where rc.repository_id = @repository and rc.kind = @kind and rc.key = x.value and rc.version_removed is null)
        """;

    private readonly string _look = $"""
        select 0, kind, key, target, cast(null as bigint) from repository_content
        where repository_id = @repository and version_removed is null
        and {database.Dialect.In("kind", "kinds")} and {database.Dialect.In("key", "keys")}
        union all
        select 1, {Kinds.Blob}, c.key, null, null from pending p join content c on c.id = p.content_id
        where p.repository_id = @repository and c.kind = {Kinds.Blob} and {database.Dialect.In("c.key", "blobs")}
        union all
        select 2, {Kinds.Blob}, c.key, null, b.size from content c join blob b on b.content_id = c.id
        where c.kind = {Kinds.Blob} and {database.Dialect.In("c.key", "measured_blobs")}
        union all
        select 2, {Kinds.Manifest}, m.digest, null, m.size from manifest m where {database.Dialect.In("m.digest", "measured_manifests")}
        """;

    private readonly string _aiming = $"""
        select kind, key, target from repository_content
        where repository_id = @repository and version_removed is null and target is not null
        and {database.Dialect.In("target", "manifests")}
        """;

    private readonly string _weigh = $"""
        select rc.target, count(*), sum(s.size) from repository_content rc
        join signature s on s.content_id = rc.content_id
        where rc.repository_id = @repository and rc.kind = {Kinds.Signature} and rc.version_removed is null
        and {database.Dialect.In("rc.target", "manifests")}
        group by rc.target
        """;

    private readonly string _statements = $"""
        select rc.target, s.statement, rc.key from repository_content rc
        join signature s on s.content_id = rc.content_id
        where rc.repository_id = @repository and rc.kind = {Kinds.Signature} and rc.version_removed is null
        and s.statement is not null and {database.Dialect.In("rc.target", "manifests")}
        order by rc.version_added, rc.content_id
        """;

    private readonly string _linksTo = $"""
        select rc.key, l.kind, l.digest from manifest_link l
        join repository_content rc on rc.content_id = l.manifest_id
        where rc.repository_id = @repository and rc.version_removed is null and l.kind in ({Links.Manifests})
        and {database.Dialect.In("l.digest", "manifests")}
        """;

    private readonly string _usersOf = $"""
        select rc.key, l.kind, l.digest from manifest_link l
        join repository_content rc on rc.content_id = l.manifest_id
        where rc.repository_id = @repository and rc.version_removed is null and l.kind in ({Links.Blobs})
        and {database.Dialect.In("l.digest", "blobs")}
        """;

    private readonly string _stillUsed = $"""
        select d.value from {database.Dialect.Each("blobs", "d")} where exists (
          select 1 from manifest_link l
          join repository_content rc on rc.content_id = l.manifest_id
          where l.digest = d.value and l.kind in ({Links.Blobs})
          and rc.repository_id = @repository and rc.version_removed is null
          and not ({database.Dialect.In("rc.key", "leaving")}))
        """;

    public async Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        var found = await database.QueryAsync(
            new(
                _find,
                ("repository", repository),
                ("kinds", keys.Select(key => (long)key.Kind).Distinct().ToArray()),
                ("keys", keys.Select(key => key.Key).Distinct().ToArray())),
            Rows.Unit,
            cancellationToken);
        var wanted = keys as IReadOnlySet<ContentKey> ?? keys.ToHashSet();
        return [.. found.Where(unit => wanted.Contains(unit.InRepository))];
    }

    public async Task<HeadLook> LookAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, IReadOnlyCollection<ContentKey> measured,
        CancellationToken cancellationToken)
    {
        if (keys.Count == 0 && measured.Count == 0)
            return new([], [], []);
        var rows = await database.QueryAsync(
            new(
                _look,
                ("repository", repository),
                ("kinds", keys.Select(key => (long)key.Kind).Distinct().ToArray()),
                ("keys", keys.Select(key => key.Key).Distinct().ToArray()),
                ("blobs", Blobs(keys)),
                ("measured_blobs", Blobs(measured)),
                ("measured_manifests", Keys(measured, ContentKind.Manifest))),
            row => (
                What: row.Int32(0), Unit: new ContentUnit((ContentKind)row.Int32(1), row.String(2), row.DigestOrNull(3)),
                Size: row.Int64OrNull(4)),
            cancellationToken);
        var wanted = keys as IReadOnlySet<ContentKey> ?? keys.ToHashSet();
        return new(
            [.. rows.Where(row => row.What == 0 && wanted.Contains(row.Unit.InRepository)).Select(row => row.Unit)],
            [.. rows.Where(row => row.What == 1).Select(row => row.Unit.Digest)],
            [.. rows.Where(row => row.What == 2).Select(row => (new ContentKey(row.Unit.Kind, row.Unit.Key), row.Size!.Value))]);

        static string[] Blobs(IEnumerable<ContentKey> keys) => Keys(keys, ContentKind.Blob);

        static string[] Keys(IEnumerable<ContentKey> keys, ContentKind kind) =>
            [.. keys.Where(key => key.Kind == kind).Select(key => key.Key)];
    }

    public async Task<bool> AllowsSparseIndexesAsync(Guid repository, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select allow_sparse_indexes from repository where id = @repository", ("repository", repository)),
            row => row.Bool(0),
            cancellationToken) is [true];

    public async Task<IReadOnlyList<ContentKey>> MissingAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return [];
        var kind = keys.First().Kind;
        return await database.QueryAsync(
            new(
                _missing,
                ("repository", repository), ("kind", (int)kind), ("keys", keys.Select(key => key.Key).ToArray())),
            row => new ContentKey(kind, row.String(0)),
            cancellationToken);
    }

    public async Task<IReadOnlyList<ContentUnit>> AimingAtAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_aiming, ("repository", repository), ("manifests", manifests.Texts())), Rows.Unit, cancellationToken);

    public async Task<IReadOnlyList<(Digest Manifest, SignatureWeight Weight)>> WeighAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_weigh, ("repository", repository), ("manifests", manifests.Texts())),
            row => (row.Digest(0), new SignatureWeight(row.Int32(1), row.Int64(2))),
            cancellationToken);

    public async Task<IReadOnlyList<HeldStatement>> StatementsAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_statements, ("repository", repository), ("manifests", manifests.Texts())),
            row => new HeldStatement(new(ContentKind.Signature, row.String(2), row.Digest(0)), row.String(1)),
            cancellationToken);

    public async Task<IReadOnlyList<ManifestLink>> LinksToAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_linksTo, ("repository", repository), ("manifests", manifests.Texts())), Rows.Link, cancellationToken);

    public async Task<IReadOnlyList<ManifestLink>> UsersOfAsync(
        Guid repository, IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_usersOf, ("repository", repository), ("blobs", blobs.Texts())), Rows.Link, cancellationToken);

    public async Task<IReadOnlyList<Digest>> StillUsedAsync(
        Guid repository,
        IReadOnlyCollection<Digest> blobs,
        IReadOnlyCollection<Digest> leaving,
        CancellationToken cancellationToken) =>
        blobs.Count == 0
            ? []
            : await database.QueryAsync(
                new(
                    _stillUsed,
                    ("repository", repository), ("blobs", blobs.Texts()), ("leaving", leaving.Texts())),
                row => row.Digest(0),
                cancellationToken);
}
