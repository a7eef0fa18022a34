using OrleansRegistry.Content;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IAcceptanceStore"/>
public sealed class AcceptanceStore(IDatabase database, TimeProvider clock) : IAcceptanceStore
{
    private const string Times =
        "select distinct accept_minutes from repository where accept_id is not null and accept_minutes is not null";

    private const string Overdue = """
        select o.id, o.number from (
          select r.id, r.accepted_head, (
            select v.number from repository_version v
            where v.repository_id = r.id and v.number > r.accepted_head and v.created_at <= @at
            order by v.number desc limit 1) as number
          from repository r
          where r.accept_id is not null and r.accept_minutes = @minutes and r.head > r.accepted_head
        ) o where o.number is not null
        """;

    private const string Tags = $"select c.content_id, c.key, c.target {NewTagRows.From}";

    public async Task<IReadOnlyList<OverdueTags>> FindOverdueAsync(CancellationToken cancellationToken)
    {
        // There are a few of them, whatever the number of repositories.
        var overdue = new List<OverdueTags>();
        foreach (var minutes in await database.QueryAsync(new(Times), row => row.Int32(0), cancellationToken))
            overdue.AddRange(await database.QueryAsync(
                new(Overdue, ("minutes", minutes), ("at", clock.GetUtcNow().AddMinutes(-minutes))),
                row => new OverdueTags(row.Guid(0), row.Int32(1)),
                cancellationToken));
        return overdue;
    }

    public async Task<(Acceptance Wish, int Done)?> FindAsync(Guid repository, CancellationToken cancellationToken) =>
        (await database.QueryAsync(
            new(
                """
                select accept_id, accept_minutes, accept_host, accepted_head from repository
                where id = @repository and accept_id is not null
                """,
                ("repository", repository)),
            row => ((Acceptance, int)?)(new(row.Guid(0), row.Int32OrNull(1), row.String(2)), row.Int32(3)),
            cancellationToken)).SingleOrDefault();

    public async Task<IReadOnlyList<AwaitedTag>> TagsAsync(
        Guid repository, int after, int head, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(Tags, ("repository", repository), ("after", after), ("head", head)),
            row => new AwaitedTag(row.Guid(0), ContentUnit.Tag(row.Tag(1), row.Digest(2))),
            cancellationToken);

    public Task AdvanceAsync(Guid repository, int head, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(
            new(
                "update repository set accepted_head = @head where id = @id and accepted_head < @head",
                ("id", repository), ("head", head)),
            cancellationToken),
        cancellationToken);
}
