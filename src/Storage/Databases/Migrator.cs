using System.Globalization;

namespace OrleansRegistry.Storage;

/// <summary>Brings a database to the schema of this program, and refuses one that this program does not know.</summary>
/// <remarks>
/// Each step is a transaction of its own that takes the schema lock first and looks again: nodes that start together
/// apply each step once, and a step that fails leaves the ones before it.
/// </remarks>
public static class Migrator
{
    /// <summary>Applies the missing steps. The answer is what this call applied; another node may have done the
    /// rest.</summary>
    /// <exception cref="SchemaMismatchException">The database holds a step that this program does not have.</exception>
    public static Task<IReadOnlyList<Migration>> MigrateAsync(
        IDatabase database, CancellationToken cancellationToken = default) =>
        MigrateAsync(database, Migration.Of(database.Dialect), cancellationToken);

    /// <summary>The same with steps given, which must be in the order of their numbers.</summary>
    public static async Task<IReadOnlyList<Migration>> MigrateAsync(
        IDatabase database, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken = default)
    {
        var applied = new List<Migration>();
        while (await ApplyNextAsync(database, migrations, cancellationToken) is { } migration)
            applied.Add(migration);
        return applied;
    }

    private static Task<Migration?> ApplyNextAsync(
        IDatabase database, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                if (database.Dialect.SchemaLock is { } schemaLock)
                    await session.ExecuteAsync(schemaLock, cancellationToken);
                await session.ExecuteAsync(
                    new($"""
                        create table if not exists schema_version (
                          number integer primary key,
                          name text not null,
                          applied_at {database.Dialect.TimeType} not null)
                        """),
                    cancellationToken);

                var known = await session.QueryAsync(
                    new("select number, name from schema_version order by number"),
                    row => (Number: row.Int32(0), Name: row.String(1)),
                    cancellationToken);
                foreach (var (number, name) in known)
                    if (!migrations.Any(migration => migration.Number == number && migration.Name == name))
                        throw new SchemaMismatchException(number, name, migrations);

                var next = migrations.FirstOrDefault(migration => known.All(step => step.Number != migration.Number));
                if (next is null)
                    return null;
                await session.ExecuteAsync(new(next.Sql) { WithoutTimeout = true }, cancellationToken);
                await session.ExecuteAsync(
                    new(
                        "insert into schema_version (number, name, applied_at) values (@number, @name, @appliedAt)",
                        ("number", next.Number),
                        ("name", next.Name),
                        ("appliedAt", DateTimeOffset.UtcNow)),
                    cancellationToken);
                return next;
            },
            cancellationToken);
}

/// <summary>The database was brought further, or elsewhere, by another program than this one.</summary>
public sealed class SchemaMismatchException(int number, string name, IReadOnlyList<Migration> known)
    : Exception(string.Create(
        CultureInfo.InvariantCulture,
        $"The database has the schema step {number:0000}-{name}, which this program does not know: its own schema "
        + $"ends at {(known.Count == 0 ? 0 : known[^1].Number):0000}. Start the version of the registry that made "
        + $"the step, or a newer one."));
