namespace OrleansRegistry.Storage.Tests;

/// <summary>The schema that all steps together make, as the engine itself tells it.</summary>
public sealed class SchemaContractTests
{
    // Of the tables only; what an index or a constraint is, PostgreSQL writes out.
    private const string Postgres =
        """
        select line from (
          select 1 part, c.relname name, 0 place, format('table %s%s', c.relname,
            coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')) line
          from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          union all
          select 1, c.relname, a.attnum, format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then ' not null' else '' end,
            case when a.attgenerated <> '' then ' generated as ' || pg_get_expr(d.adbin, d.adrelid)
              when a.attidentity <> '' then ' identity'
              else coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') end)
          from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
          where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
          union all
          select 1, c.relname, 10000, format('  constraint %s %s', n.conname, pg_get_constraintdef(n.oid))
          from pg_class c join pg_constraint n on n.conrelid = c.oid and n.contype <> 'n'
          where c.relnamespace = 'public'::regnamespace
          union all
          select 1, t.relname, 20000, '  ' || pg_get_indexdef(i.indexrelid)
          from pg_index i join pg_class t on t.oid = i.indrelid
          where t.relnamespace = 'public'::regnamespace
            and not exists (select from pg_constraint n where n.conindid = i.indexrelid and n.conrelid = t.oid)
          union all
          select 1, t.relname, 30000, '  ' || pg_get_triggerdef(g.oid)
          from pg_trigger g join pg_class t on t.oid = g.tgrelid where not g.tgisinternal
          union all
          select 2, p.proname, 0, pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace
          union all
          select 3, v.relname, 0, format('view %s as %s', v.relname, pg_get_viewdef(v.oid))
          from pg_class v where v.relkind = 'v' and v.relnamespace = 'public'::regnamespace
        ) lines order by part, name collate "C", place, line collate "C"
        """;

    private const string Sqlite =
        "select sql from sqlite_master where sql is not null order by tbl_name, type = 'index', type, name";

    [Fact]
    public async Task PostgreSQL_has_the_schema_that_was_committed()
    {
        TestDatabase.Require();
        var name = await TestDatabase.CreateAsync();
        await using (var database = new PostgresDatabase(TestDatabase.ConnectionString(name)))
            Contract.Compare("schema.postgresql.txt", await database.QueryAsync(new(Postgres), row => row.String(0)));
        await TestDatabase.DropAsync(name);
    }

    [Fact]
    public async Task SQLite_has_the_schema_that_was_committed()
    {
        var directory = Directory.CreateTempSubdirectory("registry-storage-");
        await using (var database = new SqliteDatabase(Path.Combine(directory.FullName, "registry.db")))
        {
            await Migrator.MigrateAsync(database);
            Contract.Compare("schema.sqlite.sql", await database.QueryAsync(new(Sqlite), row => $"{row.String(0)};"));
        }

        directory.Delete(recursive: true);
    }
}
