using OrleansRegistry.Oci;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IImageReader"/>
internal sealed class ImageReader(IDatabase database) : IImageReader
{
    private const string Tags = $"""
        select rc.key from repository_content rc
        where rc.repository_id = @repository and rc.target = @digest and rc.kind = {Kinds.Tag} and {InVersion.Rows}
        order by rc.key limit @limit
        """;

    private const string Parents = $"""
        select rc.key from manifest_link l
        join repository_content rc on rc.content_id = l.manifest_id and rc.repository_id = @repository
        where l.digest = @digest and l.kind = {Links.Child} and {InVersion.Rows}
        order by rc.key limit @limit
        """;

    private const string Users = $"""
        select distinct rc.key from manifest_link l
        join repository_content rc on rc.content_id = l.manifest_id and rc.repository_id = @repository
        where l.digest = @digest and l.kind in ({Links.Blobs}) and rc.key > @last and {InVersion.Rows}
        order by rc.key limit @limit
        """;

    public async Task<IReadOnlyList<Tag>> TagsOfAsync(
        Guid repository, int version, Digest manifest, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(Tags, repository, version, manifest, null, limit, row => row.Tag(0), cancellationToken);

    public async Task<IReadOnlyList<Digest>> ParentsOfAsync(
        Guid repository, int version, Digest manifest, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(Parents, repository, version, manifest, null, limit, row => row.Digest(0), cancellationToken);

    public async Task<IReadOnlyList<Digest>> UsersOfAsync(
        Guid repository, int version, Digest blob, string? last, int limit, CancellationToken cancellationToken) =>
        await QueryAsync(Users, repository, version, blob, last, limit, row => row.Digest(0), cancellationToken);

    public async Task<int?> VersionAtAsync(Guid repository, DateTimeOffset at, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(
                """
                select number from repository_version where repository_id = @repository and created_at <= @at
                order by number desc limit 1
                """,
                ("repository", repository), ("at", at)),
            row => (int?)row.Int32(0),
            cancellationToken)).SingleOrDefault();

    private ValueTask<IReadOnlyList<T>> QueryAsync<T>(
        string sql, Guid repository, int version, Digest digest, string? last, int limit, Func<Row, T> read,
        CancellationToken cancellationToken) =>
        database.QueryAsync(
            new(
                sql,
                ("repository", repository), ("version", version), ("digest", digest.ToString()), ("last", last ?? ""),
                ("limit", limit)),
            read,
            cancellationToken);
}
