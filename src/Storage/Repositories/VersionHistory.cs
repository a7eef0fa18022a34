using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IVersionHistory"/>
/// <remarks>A version goes under the lock of its repository, which whoever appends one takes too.</remarks>
public sealed class VersionHistory(IDatabase database) : IVersionHistory
{
    private const int MostPerTransaction = 20;

    // The versions that distributions serve.
    private const string Served = """
        select coalesce(d.pinned_version, r.head) from distribution d join repository r on r.id = d.repository_id
        where d.repository_id = @repository
        """;

    // Those beyond the newest ones that are kept, oldest first.
    private const string Excess = $"""
        select number from repository_version where repository_id = @repository and number not in ({Served})
        and number < (
          select w.number from repository_version w where w.repository_id = @repository and w.number not in ({Served})
          order by w.number desc limit 1 offset @retain - 1)
        order by number limit @limit
        """;

    private const string Neighbours = """
        select
          (select max(p.number) from repository_version p where p.repository_id = @repository and p.number < @number),
          (select min(n.number) from repository_version n where n.repository_id = @repository and n.number > @number)
        from repository_version where repository_id = @repository and number = @number
        """;

    private readonly string _lock = $"select head, retain_repo_versions from repository where id = @repository{database.Dialect.ForUpdate}";

    public async Task<bool> ExistsAsync(Guid repository, int number, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                """
                select v.number from repository_version v join repository r on r.id = v.repository_id
                where v.repository_id = @repository and v.number = @number
                """,
                ("repository", repository), ("number", number)),
            row => row.Int32(0),
            cancellationToken);
        return found.Count == 1;
    }

    public Task DeleteAsync(Guid repository, int number, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                if (database.Dialect.EntryLock is { } entryLock)
                    await session.ExecuteAsync(entryLock, cancellationToken);
                var (head, _) = await LockAsync(session, repository, cancellationToken);
                if (await FindNeighboursAsync(session, repository, number, cancellationToken) is not { } neighbours)
                    return 0;
                if (neighbours is (null, null))
                    throw new ProblemException(
                        ProblemKind.Pinned,
                        "The last version that remains cannot be deleted; delete the repository instead.",
                        "version");
                await RefuseServedAsync(session, repository, number, head, cancellationToken);
                await RemoveAsync(session, repository, number, neighbours, cancellationToken);
                if (neighbours.Next is null)
                    await RefuseRevokedAsync(session, repository, cancellationToken);
                return 1;
            },
            cancellationToken);

    public Task<bool> TrimAsync(Guid repository, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var (_, retain) = await LockAsync(session, repository, cancellationToken);
                if (retain is null)
                    return false;
                var excess = await session.QueryAsync(
                    new(
                        Excess,
                        ("repository", repository), ("retain", Math.Max(1, retain.Value)),
                        ("limit", MostPerTransaction + 1)),
                    row => row.Int32(0),
                    cancellationToken);
                foreach (var number in excess.Take(MostPerTransaction))
                    if (await FindNeighboursAsync(session, repository, number, cancellationToken) is { } neighbours)
                        await RemoveAsync(session, repository, number, neighbours, cancellationToken);
                return excess.Count > MostPerTransaction;
            },
            cancellationToken);

    // The versions next to one that is there; null where it is not.
    private static async ValueTask<(int? Previous, int? Next)?> FindNeighboursAsync(
        ISession session, Guid repository, int number, CancellationToken cancellationToken)
    {
        var found = await session.QueryAsync<(int? Previous, int? Next)?>(
            new(Neighbours, ("repository", repository), ("number", number)),
            row => (row.Int32OrNull(0), row.Int32OrNull(1)),
            cancellationToken);
        return found.SingleOrDefault();
    }

    private async ValueTask<(int Head, int? Retain)> LockAsync(
        ISession session, Guid repository, CancellationToken cancellationToken)
    {
        var found = await session.QueryAsync(
            new(_lock, ("repository", repository)), row => (row.Int32(0), row.Int32OrNull(1)), cancellationToken);
        return found.Count == 1
            ? found[0]
            : throw new ProblemException(
                ProblemKind.NameUnknown, "There is no such repository.", repository.ToString());
    }

    private static async ValueTask RefuseServedAsync(
        ISession session, Guid repository, int number, int head, CancellationToken cancellationToken)
    {
        var served = await session.QueryAsync(
            new(
                """
                select name from distribution where repository_id = @repository
                and (pinned_version = @number or (pinned_version is null and @number = @head)) limit 1
                """,
                ("repository", repository), ("number", number), ("head", head)),
            row => row.String(0),
            cancellationToken);
        if (served.Count > 0)
            throw new ProblemException(
                ProblemKind.Pinned,
                $"The distribution '{served[0]}' serves this version; bind it to another one first.",
                "version");
    }

    // What a version took away comes back with the one before it.
    private static async ValueTask RefuseRevokedAsync(
        ISession session, Guid repository, CancellationToken cancellationToken)
    {
        var revoked = await session.QueryAsync(
            new(RevokedRows.HeldNow, ("repository", repository)), row => row.String(0), cancellationToken);
        if (revoked.Count > 0)
            throw new ProblemException(
                ProblemKind.Denied,
                $"The version before it holds {revoked[0]}, which is revoked, and would be the newest; withdraw the revocation "
                + "first, or keep this version.",
                "version");
    }

    private static ValueTask RemoveAsync(
        ISession session,
        Guid repository,
        int number,
        (int? Previous, int? Next) neighbours,
        CancellationToken cancellationToken) =>
        neighbours.Next is { } next
            ? Squash.IntoNextAsync(session, repository, neighbours.Previous ?? -1, number, next, cancellationToken)
            : Squash.UndoAsync(session, repository, neighbours.Previous!.Value, number, cancellationToken);
}
