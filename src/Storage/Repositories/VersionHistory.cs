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

    private readonly string _lock = $"select head, retain_repo_versions from repository where id = @repository{database.Dialect.ForUpdate}";

    public async Task<bool> ExistsAsync(Guid repository, int number, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                "select number from repository_version where repository_id = @repository and number = @number",
                ("repository", repository), ("number", number)),
            row => row.Int32(0),
            cancellationToken);
        return found.Count == 1;
    }

    public Task DeleteAsync(Guid repository, int number, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                var (head, _) = await LockAsync(session, repository, cancellationToken);
                var versions = await ReadAsync(
                    session, "select number from repository_version where repository_id = @repository", repository,
                    cancellationToken);
                if (!versions.Contains(number))
                    return 0;
                if (versions.Count == 1)
                    throw new ProblemException(
                        ProblemKind.Pinned,
                        "The last version that remains cannot be deleted; delete the repository instead.",
                        "version");
                await RefuseServedAsync(session, repository, number, head, cancellationToken);
                await RemoveAsync(session, repository, number, versions, cancellationToken);
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
                var versions = await ReadAsync(
                    session, "select number from repository_version where repository_id = @repository", repository,
                    cancellationToken);
                var served = await ReadAsync(session, Served, repository, cancellationToken);
                var excess = versions.Except(served).OrderDescending().Skip(Math.Max(1, retain.Value)).Order().ToList();
                foreach (var number in excess.Take(MostPerTransaction))
                {
                    await RemoveAsync(session, repository, number, versions, cancellationToken);
                    versions.Remove(number);
                }

                return excess.Count > MostPerTransaction;
            },
            cancellationToken);

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

    private static async ValueTask RemoveAsync(
        ISession session, Guid repository, int number, List<int> versions, CancellationToken cancellationToken)
    {
        var later = versions.Where(other => other > number).ToList();
        await session.ExecuteBatchAsync(
            later.Count > 0
                ? Squash.Into(repository, number, later.Min())
                : Squash.Undo(repository, number, versions.Where(other => other < number).Max()),
            cancellationToken);
    }

    private static async ValueTask<List<int>> ReadAsync(
        ISession session, string sql, Guid repository, CancellationToken cancellationToken) =>
        [.. await session.QueryAsync(new(sql, ("repository", repository)), row => row.Int32(0), cancellationToken)];
}
