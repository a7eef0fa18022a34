using OrleansRegistry.Content;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISignOnPushStore"/>
public sealed class SignOnPushStore(IDatabase database) : ISignOnPushStore
{
    private const int MostAtOnce = 1000;

    // cosign's companion tags are no images. This is a look only: what is signed is chosen by the exact form.
    private const string IsCompanion =
        "(substr(c.key, 1, 7) = 'sha256-' and length(c.key) in (71, 75, 76))";

    // A sum is in no index: so both look by the version, and not through all tags that there are.
    private const string FindUnsigned = $"""
        select r.id, r.sign_on_push_id, r.sign_on_push_user_id, r.sign_on_push_task_id, t.id
        from repository r left join task t on t.id = r.sign_on_push_task_id
        where r.sign_on_push_id is not null and r.head > r.signed_head and (t.state is null or t.state <> 'waiting')
        and exists (select 1 from distribution d where d.repository_id = r.id and d.pinned_version is null)
        and exists (
          select 1 from repository_content c where c.repository_id = r.id and c.version_added > (
            case when t.id is null or t.finished_at < @before then r.signed_head else r.signing_head end)
          and c.kind + 0 = {Kinds.Tag} and c.version_removed is null and not {IsCompanion})
        """;

    private const string FindOneUnsigned = $"{FindUnsigned} and r.id = @repository";

    private static readonly string FindAllUnsigned = $"{FindUnsigned} limit {MostAtOnce}";

    private const string Wish = "sign_on_push_id, sign_on_push_user_id, sign_on_push_host, signed_head, signing_head";

    private const string Begin = $"""
        update repository set signing_head = case when head > signing_head then head else signing_head end
        where id = @id and sign_on_push_id is not null returning {Wish}
        """;

    private const string Resume = $"select {Wish} from repository where id = @id and sign_on_push_id is not null";

    private const string Tags = $"select c.key, c.target {NewTagRows.From}";

    public async Task<IReadOnlyList<Guid>> RepositoriesAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select id from repository where sign_on_push_id is not null"), row => row.Guid(0), cancellationToken);

    public async Task<IReadOnlyList<UnsignedTags>> FindUnsignedAsync(
        Guid? repository, DateTimeOffset failedBefore, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            repository is { } one
                ? new(FindOneUnsigned, ("before", failedBefore), ("repository", one))
                : new(FindAllUnsigned, ("before", failedBefore)),
            row => new UnsignedTags(
                row.Guid(0), row.Guid(1), row.GuidOrNull(2), row.GuidOrNull(3), row.GuidOrNull(4) is not null),
            cancellationToken);

    public Task<bool> TryNoteAsync(Guid repository, Guid? last, Guid task, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session => await session.ExecuteAsync(
                new(
                    """
                    update repository set sign_on_push_task_id = @task
                    where id = @id and coalesce(sign_on_push_task_id, @none) = @last
                    """,
                    ("id", repository), ("none", Guid.Empty), ("last", last ?? Guid.Empty), ("task", task)),
                cancellationToken) == 1,
            cancellationToken);

    public async Task<IReadOnlyList<string>> NamesAsync(Guid repository, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select base_path from distribution where repository_id = @repository and pinned_version is null
                order by base_path
                """,
                ("repository", repository)),
            row => row.String(0),
            cancellationToken);

    public async Task<NewTags?> BeginAsync(Guid repository, int? head, CancellationToken cancellationToken)
    {
        var found = head is null
            ? await database.TransactAsync(
                session => session.QueryAsync(new(Begin, ("id", repository)), Read, cancellationToken), cancellationToken)
            : await database.QueryAsync(new(Resume, ("id", repository)), Read, cancellationToken);
        return found.Count == 0 ? null : found[0] with { Head = head ?? found[0].Head };
    }

    public async Task<IReadOnlyList<ContentUnit>> TagsAsync(
        Guid repository, int after, int head, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(Tags, ("repository", repository), ("after", after), ("head", head)),
            row => ContentUnit.Tag(row.Tag(0), row.Digest(1)),
            cancellationToken);

    public Task AdvanceAsync(Guid repository, int head, CancellationToken cancellationToken) => database.TransactAsync(
        session => session.ExecuteAsync(
            new(
                "update repository set signed_head = @head where id = @id and signed_head < @head",
                ("id", repository), ("head", head)),
            cancellationToken),
        cancellationToken);

    private static NewTags Read(Row row) =>
        new(new(row.Guid(0), row.GuidOrNull(1), row.String(2)), row.Int32(3), row.Int32(4));
}
