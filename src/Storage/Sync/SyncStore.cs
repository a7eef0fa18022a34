using System.Text.Json;
using OrleansRegistry.Sync;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISyncStore"/>
public sealed class SyncStore(IDatabase database, TimeProvider clock) : ISyncStore
{
    public const string Columns = """
        s.id, s.repository_id, s.remote_id, s.started_at, s.ended_at, s.outcome, s.error, s.excluded,
        s.manifests, s.blobs, s.signatures, s.bytes
        """;

    private readonly string _expect = $"""
        insert into sync_entry (id, sync_id, kind, reference)
        select r.id, @sync, r.kind, r.reference from {database.Dialect.Rows("r", "id", "kind", "reference")} where true
        on conflict (sync_id, reference) do nothing
        """;

    private readonly string _settle = $"""
        update sync_entry set outcome = r.outcome, digest = r.digest, reason = r.reason, message = r.message,
          notes = r.notes, manifests = r.manifests, blobs = r.blobs, signatures = r.signatures, bytes = r.bytes
        from {database.Dialect.Rows(
            "r", "reference", "outcome", "digest", "reason", "message", "notes", "manifests", "blobs", "signatures",
            "bytes")}
        where sync_entry.sync_id = @sync and sync_entry.reference = r.reference and sync_entry.outcome is null
        """;

    public Task BeginAsync(Guid sync, Guid repository, Guid remote, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteBatchAsync(
                    [
                        new(
                            "delete from sync where repository_id = @repository and id <> @sync",
                            ("repository", repository), ("sync", sync)),
                        new(
                            """
                            insert into sync (id, repository_id, remote_id, started_at)
                            values (@sync, @repository, @remote, @now) on conflict (id) do nothing
                            """,
                            ("sync", sync), ("repository", repository), ("remote", remote), ("now", clock.GetUtcNow())),
                    ],
                    cancellationToken),
                cancellationToken),
            ProblemKind.NameUnknown,
            "The repository was deleted meanwhile.",
            repository.ToString());

    public Task ExpectAsync(
        Guid sync, IReadOnlyCollection<ExpectedReference> references, CancellationToken cancellationToken) =>
        references.Count == 0 ? Task.CompletedTask : ExecuteAsync(
            Statement.OverRows(
                _expect,
                references.Count,
                ("id", references.Select(_ => Guid.CreateVersion7()).ToArray()),
                ("kind", references.Select(one => (int)one.Kind).ToArray()),
                ("reference", references.Select(one => one.Reference).ToArray()),
                ("sync", sync)),
            cancellationToken);

    public async Task<IReadOnlyList<string>> PendingAsync(
        Guid sync, ReferenceKind kind, string? last, int limit, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                """
                select reference from sync_entry
                where sync_id = @sync and kind = @kind and outcome is null and reference > @last
                order by reference limit @limit
                """,
                ("sync", sync), ("kind", (int)kind), ("last", last ?? ""), ("limit", limit)),
            row => row.String(0),
            cancellationToken);

    public async Task<IReadOnlyList<string>> KnownAsync(
        Guid sync, IReadOnlyCollection<string> references, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"""
                select reference from sync_entry
                where sync_id = @sync and {database.Dialect.In("reference", "references")}
                """,
                ("sync", sync), ("references", references.ToArray())),
            row => row.String(0),
            cancellationToken);

    public Task SettleAsync(
        Guid sync, IReadOnlyCollection<SettledReference> references, CancellationToken cancellationToken) =>
        references.Count == 0 ? Task.CompletedTask : ExecuteAsync(
            Statement.OverRows(
                _settle,
                references.Count,
                ("reference", Column(references, one => one.Reference)),
                ("outcome", Column(references, one => SyncWords.Of(one.Outcome))),
                ("digest", Column(references, one => one.Digest?.ToString())),
                ("reason", Column(references, one => one.Reason is { } reason ? SyncWords.Of(reason) : null)),
                ("message", Column(references, one => one.Message)),
                ("notes", Column(references, one => JsonSerializer.Serialize(one.Notes))),
                ("manifests", references.Select(one => one.Brought.Manifests).ToArray()),
                ("blobs", references.Select(one => one.Brought.Blobs).ToArray()),
                ("signatures", references.Select(one => one.Brought.Signatures).ToArray()),
                ("bytes", references.Select(one => one.Brought.Bytes).ToArray()),
                ("sync", sync)),
            cancellationToken);

    public async Task<IReadOnlyList<(SyncOutcome? Outcome, long Count)>> CountAsync(
        Guid sync, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select outcome, count(*) from sync_entry where sync_id = @sync group by outcome", ("sync", sync)),
            row => (row.StringOrNull(0) is { } outcome ? SyncWords.OutcomeOf(outcome) : (SyncOutcome?)null, row.Int64(1)),
            cancellationToken);

    public Task ExcludeAsync(Guid sync, long tags, CancellationToken cancellationToken) => ExecuteAsync(
        new("update sync set excluded = @tags where id = @sync", ("sync", sync), ("tags", tags)), cancellationToken);

    public Task EndAsync(Guid sync, string outcome, string? why, CancellationToken cancellationToken) => ExecuteAsync(
        new(
            $"""
            update sync set outcome = @outcome, error = @error, ended_at = @now, {Total("manifests")}, {Total("blobs")},
              {Total("signatures")}, {Total("bytes")}
            where id = @sync
            """,
            ("sync", sync), ("outcome", outcome), ("error", why), ("now", clock.GetUtcNow())),
        cancellationToken);

    public async Task<IReadOnlyList<SyncRecord>> LastAsync(
        IReadOnlyCollection<Guid> repositories, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(
                $"select {Columns} from sync s where {database.Dialect.In("s.repository_id", "repositories")}",
                ("repositories", repositories.ToArray())),
            Read,
            cancellationToken);

    private static SyncRecord Read(Row row) => new(
        row.Guid(0), row.Guid(1), row.Guid(2), row.Time(3), row.TimeOrNull(4), row.StringOrNull(5), row.StringOrNull(6),
        row.Int64(7), new(row.Int64(8), row.Int64(9), row.Int64(10), row.Int64(11)));

    private static string Total(string column) =>
        $"{column} = (select coalesce(sum(e.{column}), 0) from sync_entry e where e.sync_id = sync.id)";

    private static string?[] Column(IReadOnlyCollection<SettledReference> references, Func<SettledReference, string?> read) =>
        [.. references.Select(read)];

    private Task<int> ExecuteAsync(Statement statement, CancellationToken cancellationToken) =>
        database.TransactAsync(session => session.ExecuteAsync(statement, cancellationToken), cancellationToken);
}
