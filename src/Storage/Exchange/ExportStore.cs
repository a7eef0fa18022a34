using System.Text.Json;
using OrleansRegistry.Exchange;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IExportStore"/>
public sealed class ExportStore(IDatabase database, TimeProvider clock) : IExportStore
{
    public Task<Guid> CreateAsync(ExporterSettings settings, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                """
                                insert into exporter (id, name, path, created_at, updated_at)
                                values (@id, @name, @path, @now, @now)
                                """,
                                ("id", id), ("name", settings.Name), ("path", settings.Path),
                                ("now", clock.GetUtcNow())),
                            .. Insert(id, settings.Repositories),
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task UpdateAsync(
        Guid id, ExporterSettings before, ExporterSettings after, CancellationToken cancellationToken)
    {
        var changes = ChangedColumns.Between(Columns(before), Columns(after));
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var changed = await session.ExecuteAsync(
                        new(
                            $"update exporter set {ChangedColumns.Assignments(changes)}updated_at = @now where id = @id",
                            [("id", id), ("now", clock.GetUtcNow()), .. changes]),
                        cancellationToken);
                    if (changed == 0)
                        throw new ProblemException(
                            ProblemKind.NameUnknown, "The exporter does not exist any more.", before.Name);
                    await session.ExecuteBatchAsync(
                        [
                            .. before.Repositories.Except(after.Repositories).Select(repository => new Statement(
                                "delete from exporter_repository where exporter_id = @id and repository_id = @repository",
                                ("id", id), ("repository", repository))),
                            .. Insert(id, after.Repositories.Except(before.Repositories)),
                        ],
                        cancellationToken);
                    return true;
                },
                cancellationToken),
            after.Name);
    }

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync("exporter", id, cancellationToken);

    public Task KeepAsync(ExportRecord record, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteAsync(
                    new(
                        """
                        insert into export (id, exporter_id, created_at, task_id, parameters, versions, files, toc)
                        values (@id, @exporter, @created, @task, @parameters, @versions, @files, @toc)
                        on conflict (id) do nothing
                        """,
                        ("id", record.Id), ("exporter", record.Exporter), ("created", record.CreatedAt),
                        ("task", record.Task), ("parameters", record.Parameters),
                        ("versions", JsonSerializer.Serialize(record.Versions)),
                        ("files", JsonSerializer.Serialize(record.Files)),
                        ("toc", JsonSerializer.Serialize(record.Toc))),
                    cancellationToken),
                cancellationToken),
            ProblemKind.NameUnknown,
            "The exporter was deleted meanwhile, so that nothing can be noted of its export.",
            record.Exporter.ToString());

    public Task<bool> ForgetAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync("export", id, cancellationToken);

    private static (string, object?)[] Columns(ExporterSettings settings) =>
        [("name", settings.Name), ("path", settings.Path)];

    private static IEnumerable<Statement> Insert(Guid exporter, IEnumerable<Guid> repositories) =>
        repositories.Distinct().Select(repository => new Statement(
            """
            insert into exporter_repository (exporter_id, repository_id) values (@exporter, @repository)
            on conflict (exporter_id, repository_id) do nothing
            """,
            ("exporter", exporter), ("repository", repository)));
}
