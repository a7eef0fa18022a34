using System.Text.Json;
using OrleansRegistry.Exchange;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IImportStore"/>
public sealed class ImportStore(IDatabase database, TimeProvider clock) : IImportStore
{
    private readonly string _imported = $"""
        select source_id, repository_id, version, bundle_id from imported_version
        where {database.Dialect.In("repository_id", "repositories")} order by source_id, repository_id
        """;

    public Task<Guid> CreateAsync(ImporterSettings settings, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(
                        new(
                            """
                            insert into importer (id, name, settings, created_at, updated_at)
                            values (@id, @name, @settings, @now, @now)
                            """,
                            ("id", id), ("name", settings.Name), ("settings", Write(settings)),
                            ("now", clock.GetUtcNow())),
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task UpdateAsync(
        Guid id, ImporterSettings before, ImporterSettings after, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var current = await session.QueryAsync(
                        new(
                            $"select name, settings from importer where id = @id{database.Dialect.ForUpdate}",
                            ("id", id)),
                        row => Read(row.String(0), row.String(1)),
                        cancellationToken);
                    if (current is not [var found])
                        throw new ProblemException(
                            ProblemKind.NameUnknown, "The importer does not exist any more.", before.Name);
                    var wanted = Changed(found, before, after);
                    return await session.ExecuteAsync(
                        new(
                            "update importer set name = @name, settings = @settings, updated_at = @now where id = @id",
                            ("id", id), ("name", wanted.Name), ("settings", Write(wanted)), ("now", clock.GetUtcNow())),
                        cancellationToken);
                },
                cancellationToken),
            after.Name);

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync("importer", id, cancellationToken);

    public Task KeepAsync(ImportRecord record, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteAsync(
                    new(
                        """
                        insert into import (id, importer_id, created_at, task_id, parameters, report)
                        values (@id, @importer, @created, @task, @parameters, @report)
                        on conflict (id) do update set report = excluded.report
                        """,
                        ("id", record.Id), ("importer", record.Importer), ("created", record.CreatedAt),
                        ("task", record.Task), ("parameters", record.Parameters), ("report", record.Report)),
                    cancellationToken),
                cancellationToken),
            ProblemKind.NameUnknown,
            "The importer was deleted meanwhile, so that nothing can be noted of its import.",
            record.Importer.ToString());

    public Task<bool> ForgetAsync(Guid id, CancellationToken cancellationToken) =>
        database.DeleteAsync("import", id, cancellationToken);

    public async Task<IReadOnlyList<ImportedVersion>> FindImportedAsync(
        IReadOnlyCollection<Guid> repositories, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new(_imported, ("repositories", repositories.ToArray())),
            row => new ImportedVersion(row.Guid(0), row.Guid(1), row.Int32(2), row.Guid(3)),
            cancellationToken);

    public Task NoteImportedAsync(ImportedVersion imported, CancellationToken cancellationToken) =>
        VanishedRows.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteAsync(
                    new(
                        """
                        insert into imported_version (source_id, repository_id, version, bundle_id)
                        values (@source, @repository, @version, @bundle)
                        on conflict (source_id, repository_id)
                          do update set version = excluded.version, bundle_id = excluded.bundle_id
                        """,
                        ("source", imported.Source), ("repository", imported.Repository), ("version", imported.Version),
                        ("bundle", imported.Bundle)),
                    cancellationToken),
                cancellationToken),
            ProblemKind.NameUnknown,
            "The repository was deleted meanwhile, so that nothing can be noted of what came into it.",
            imported.Repository.ToString());

    /// <summary>An importer as its row has it.</summary>
    internal static ImporterSettings Read(string name, string settings)
    {
        var stored = JsonSerializer.Deserialize<Stored>(settings)!;
        return new(name, stored.Mapping, stored.TrustedKeys);
    }

    private static string Write(ImporterSettings settings) =>
        JsonSerializer.Serialize(new Stored(settings.Mapping, settings.TrustedKeys));

    private static ImporterSettings Changed(
        ImporterSettings current, ImporterSettings before, ImporterSettings after) => new(
        before.Name == after.Name ? current.Name : after.Name,
        before.HasMapping(after.Mapping) ? current.Mapping : after.Mapping,
        before.TrustedKeys.SequenceEqual(after.TrustedKeys) ? current.TrustedKeys : after.TrustedKeys);

    private sealed record Stored(IReadOnlyDictionary<string, string> Mapping, IReadOnlyList<string> TrustedKeys);
}
