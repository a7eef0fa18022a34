namespace OrleansRegistry.Storage;

/// <summary>Takes one version out of a history, so that every other one holds what it held.</summary>
/// <remarks>
/// A row of content keeps the numbers between which it is held, also when versions of these numbers are gone: nothing
/// moves, whoever reads another version meanwhile reads the same, and the cost is that of the changes between the
/// neighbours. What goes is what only that version held. What left with it, or with one before it that is gone, and came
/// back with the next one never left: of such pairs the later row takes the earlier one's beginning.
/// </remarks>
internal static class Squash
{
    private static readonly string[] Kinds = ["blobs", "manifests", "tags", "signatures"];

    private const string Alone = """
        repository_id = @repository and version_removed > @number and version_removed <= @next
        and version_added > @previous
        """;

    private const string Back = """
        later.repository_id = @repository and later.version_added > @number and later.version_added <= @next
        """;

    private const string Before = """
        earlier.repository_id = @repository and earlier.kind = later.kind and earlier.key = later.key
        and earlier.content_id = later.content_id
        and earlier.version_removed > @previous and earlier.version_removed <= @number
        """;

    // Each of either counts neither as added nor as removed any more.
    private const string CountAlone = $"select kind, count(*) from repository_content where {Alone} group by kind";

    private const string CountBack = $"""
        select later.kind, count(*) from repository_content later
        where {Back} and exists (select 1 from repository_content earlier where {Before}) group by later.kind
        """;

    // By way of a negative number that no row has: a key has one row of each beginning.
    private const string Rejoin = $"""
        update repository_content as later set version_added = -1 - (
          select earlier.version_added from repository_content earlier where {Before})
        where {Back} and exists (select 1 from repository_content earlier where {Before})
        """;

    private const string DeleteRejoined = """
        delete from repository_content where repository_id = @repository
        and version_removed > @previous and version_removed <= @number and exists (
          select 1 from repository_content later
          where later.repository_id = @repository and later.version_added = -1 - repository_content.version_added
          and later.kind = repository_content.kind and later.key = repository_content.key)
        """;

    private const string EndRejoining = """
        update repository_content set version_added = -1 - version_added
        where repository_id = @repository and version_added < 0
        """;

    private const string DeleteAlone = $"delete from repository_content where {Alone}";

    private static readonly string Add = $"""
        update repository_version as q set {string.Join(", ", Kinds.SelectMany(kind => new[]
        {
            $"added_{kind} = q.added_{kind} + n.added_{kind} - @{kind}",
            $"removed_{kind} = q.removed_{kind} + n.removed_{kind} - @{kind}",
        }))}
        from repository_version n
        where q.repository_id = @repository and q.number = @next and n.repository_id = @repository and n.number = @number
        """;

    private const string Forget = "delete from repository_version where repository_id = @repository and number = @number";

    private static readonly string[] Undoing =
    [
        "delete from repository_content where repository_id = @repository and version_added > @previous",
        "update repository_content set version_removed = null where repository_id = @repository and version_removed > @previous",
        "update repository set head = @previous where id = @repository",
        Forget,
    ];

    /// <summary>The next version makes the changes of the one that goes, too.</summary>
    /// <param name="session">Holds the lock of the repository.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="previous">The version before, or -1.</param>
    /// <param name="number">The version that goes.</param>
    /// <param name="next">The version after it.</param>
    /// <param name="cancellationToken">Ends the work before its commit.</param>
    public static async ValueTask IntoNextAsync(
        ISession session, Guid repository, int previous, int number, int next, CancellationToken cancellationToken)
    {
        Statement Of(string sql) => new(
            sql, ("repository", repository), ("previous", previous), ("number", number), ("next", next));

        // Before the first version there is nothing that could come back.
        string[] counts = previous < 0 ? [CountAlone] : [CountAlone, CountBack];
        string[] rejoining = previous < 0 ? [] : [Rejoin, DeleteRejoined, EndRejoining];
        var vanishing = new int[Kinds.Length];
        foreach (var sql in counts)
            foreach (var (kind, count) in await session.QueryAsync(
                Of(sql), row => (row.Int32(0), (int)row.Int64(1)), cancellationToken))
                vanishing[kind - 1] += count;
        await session.ExecuteBatchAsync(
            [
                .. rejoining.Select(Of),
                Of(DeleteAlone),
                new(
                    Add,
                    [
                        ("repository", repository), ("number", number), ("next", next),
                        .. Kinds.Select((kind, index) => (kind, (object?)vanishing[index])),
                    ]),
                Of(Forget),
            ],
            cancellationToken);
    }

    /// <summary>The changes of the newest version are undone.</summary>
    /// <inheritdoc cref="IntoNextAsync"/>
    public static async ValueTask UndoAsync(
        ISession session, Guid repository, int previous, int number, CancellationToken cancellationToken) =>
        await session.ExecuteBatchAsync(
            [
                .. Undoing.Select(sql => new Statement(
                    sql, ("repository", repository), ("number", number), ("previous", previous))),
                .. KeyUse.Anew(repository),
            ],
            cancellationToken);
}
