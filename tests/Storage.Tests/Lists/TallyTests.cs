using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>The database counts what there is, whoever writes it, and nobody waits for that.</summary>
public abstract class TallyTests(Engine engine) : CatalogueTests(engine)
{
    private static readonly string[] Keys = ["00000000000000B1", "00000000000000B2", "00000000000000B3"];

    [Fact]
    public async Task A_catalogue_of_an_earlier_schema_is_counted_once()
    {
        Engine.SkipIfAbsent();
        await using var database = await Engine.CreateEmptyAsync();
        await Migrator.MigrateAsync(database, [.. Migration.Of(database.Dialect).Where(step => step.Number < 27)]);
        var image = Images.DigestOf("image").ToString();
        await database.TransactAsync(async session =>
        {
            await AddAsync(session, ContentKind.Manifest, image, AddManifest(image));
            foreach (var (key, number) in Keys.Append(Keys[0]).Select((key, number) => (key, number)))
                await AddAsync(session, ContentKind.Signature, $"{image}@{number}", AddSignature(image, key, number));
            return 0;
        });
        await Migrator.MigrateAsync(database);
        await database.AssertTalliedAsync();
        Assert.Equal(2, await TalliedAsync(database, Keys[0]));
        Assert.Equal(1, await TalliedAsync(database, Keys[1]));

        await database.TransactAsync(session => session.ExecuteAsync(new(
            "update signature set key_id = @new where key_id = @old", ("new", Keys[1]), ("old", Keys[0]))));
        await database.AssertTalliedAsync();
        Assert.Equal(3, await TalliedAsync(database, Keys[1]));
        await database.TransactAsync(session => session.ExecuteAsync(new("delete from content where kind = 2")));
        await database.TransactAsync(session => session.ExecuteAsync(new("delete from content")));
        await database.AssertTalliedAsync();
        Assert.Equal(0, await database.ScalarAsync("select count(*) from tally where subject <> 'catalogue'"));
    }

    [Fact]
    public async Task What_is_rolled_back_was_never_counted()
    {
        Engine.SkipIfAbsent();
        var image = Images.DigestOf($"{Guid.NewGuid()}").ToString();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Engine.Database.TransactAsync<int>(async session =>
        {
            await AddAsync(session, ContentKind.Manifest, image, AddManifest(image));
            throw new InvalidOperationException("No.");
        }));
        await Engine.AssertTalliedAsync();
    }

    [Fact]
    public async Task Every_commit_that_changes_the_catalogue_is_another_change()
    {
        var repository = await Node.CreateRepositoryAsync();
        var changes = new List<long> { await ChangeAsync() };
        await Node.PushBlobAsync(repository, "changing");
        changes.Add(await ChangeAsync());
        await Node.CommitAsync(repository, new PutManifest(Images.Image("changing"), Images.Tags("one", "two")));
        changes.Add(await ChangeAsync());
        await Node.CommitAsync(repository, new Untag(Tag.Parse("two")));
        changes.Add(await ChangeAsync());
        await Node.History.DeleteAsync(repository, 1);
        changes.Add(await ChangeAsync());
        await Node.DropRepositoryAsync(repository);
        changes.Add(await ChangeAsync());
        Assert.Equal(changes.Distinct().Order(), changes);

        // Nor is anything else one.
        await Engine.RunAsync("update content set touched_at = @now", ("now", DateTimeOffset.UtcNow));
        Assert.Equal(changes[^1], await ChangeAsync());

        Task<long> ChangeAsync() => Engine.Database.ScalarAsync("select sum(amount) from tally where subject = 'catalogue'");
    }

    // Two nodes push, sign by the same keys in opposite orders, remove, drop and collect, all at once.
    [Fact]
    public async Task Writers_at_once_are_all_counted()
    {
        var nodes = new[] { Node, Other };
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(() => WriteAsync(nodes[writer % 2], writer))).ToArray();
        var all = Task.WhenAll(writers);
        while (!all.IsCompleted)
        {
            await Node.Collection.ContentAsync(DateTimeOffset.UtcNow.AddSeconds(-1));
            await Engine.AssertTalliedAsync();
        }

        await all;
        await Engine.AssertTalliedAsync();
        await Node.Collection.RunAsync(DateTimeOffset.UtcNow.AddDays(1));
        await Engine.AssertTalliedAsync();
    }

    private static async Task WriteAsync(CatalogueNode node, int writer)
    {
        var keys = writer % 2 == 0 ? Keys : [.. Keys.Reverse()];
        for (var round = 0; round < 10; round++)
        {
            var repository = await node.CreateRepositoryAsync();
            var config = $"{Guid.NewGuid()}";
            var image = Images.Image(config);
            await AcknowledgedAsync(async () =>
            {
                await node.PushBlobAsync(repository, config);
                await AppendAsync(node, repository, new PutManifest(image, Images.Tags("latest", $"v{round}")));
            });
            foreach (var key in keys)
            {
                var signature = Signing.By(key, image.Digest);
                await AcknowledgedAsync(async () =>
                {
                    await node.Signatures.AddAsync(signature);
                    await AppendAsync(
                        node, repository, new AddSignature(signature.Unit, signature.Statement, signature.Bytes.Length));
                });
            }

            if (round % 3 == 0)
                await AppendAsync(node, repository, new RemoveManifest(image.Digest));
            if (round % 2 == 0)
                await node.DropRepositoryAsync(repository);
        }
    }

    // Collection spares little here: what is not held yet may be gone, and is brought again.
    private static async Task AcknowledgedAsync(Func<Task> act)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await act();
                return;
            }
            catch (ProblemException) when (attempt < 1000)
            {
            }
        }
    }

    private static async Task AppendAsync(CatalogueNode node, Guid repository, RepositoryChange change)
    {
        while (true)
        {
            var draft = await node.PlanAsync(repository, change);
            if (draft.Added.Count + draft.Removed.Count == 0
                || await node.Versions.TryAppendAsync(repository, await node.LatestAsync(repository), [draft]) is not null)
                return;
        }
    }

    private static async ValueTask AddAsync(ISession session, ContentKind kind, string key, Statement what)
    {
        await session.ExecuteAsync(new(
            "insert into content (id, kind, key, created_at, touched_at) values (@id, @kind, @key, @now, @now)",
            ("id", Guid.CreateVersion7()), ("kind", (int)kind), ("key", key), ("now", DateTimeOffset.UtcNow)));
        await session.ExecuteAsync(what);
    }

    private static Statement AddManifest(string digest) => new(
        """
        insert into manifest (content_id, digest, media_type, size, bytes)
        select id, key, 'type', 1, @bytes from content where kind = 2 and key = @digest
        """,
        ("digest", digest), ("bytes", new byte[] { 1 }));

    private static Statement AddSignature(string image, string key, int number) => new(
        """
        insert into signature (content_id, manifest_digest, digest, name, key_id, signed_at, reference, size, bytes)
        select id, @image, key, key, @key, @now, 'reference', 1, @bytes from content where kind = 4 and key = @name
        """,
        ("image", image), ("key", key), ("name", $"{image}@{number}"), ("now", DateTimeOffset.UtcNow),
        ("bytes", new byte[] { 1 }));

    private static Task<long> TalliedAsync(IDatabase database, string key) =>
        database.ScalarAsync($"select sum(amount) from tally where subject = 'signature' and key = '{key}'");

    public sealed class OnPostgres(PostgresEngine engine) : TallyTests(engine), IClassFixture<PostgresEngine>
    {
        [Fact]
        public async Task Nobody_waits_for_a_transaction_that_has_counted()
        {
            Engine.SkipIfAbsent();
            await using var other = Engine.Open();
            var image = Images.DigestOf($"{Guid.NewGuid()}").ToString();
            await Engine.Database.TransactAsync(session => StoreAsync(session, ContentKind.Manifest, image, AddManifest(image)));
            await Engine.Database.TransactAsync(async session =>
            {
                await StoreAsync(session, ContentKind.Signature, $"{image}@0", AddSignature(image, Keys[0], 0));
                await other.TransactAsync(async inner =>
                {
                    await inner.ExecuteAsync(new("set local lock_timeout = '10s'"));
                    await StoreAsync(inner, ContentKind.Signature, $"{image}@1", AddSignature(image, Keys[1], 1));
                    await StoreAsync(inner, ContentKind.Signature, $"{image}@2", AddSignature(image, Keys[0], 2));
                    return await inner.ExecuteAsync(new("delete from content where key = @key", ("key", $"{image}@1")));
                });
                return await StoreAsync(session, ContentKind.Signature, $"{image}@3", AddSignature(image, Keys[1], 3));
            });
            await Engine.AssertTalliedAsync();
        }

        [Fact]
        public async Task Rows_of_the_tally_are_as_few_as_those_who_write_at_once()
        {
            Engine.SkipIfAbsent();
            for (var number = 0; number < 50; number++)
            {
                var image = Images.DigestOf($"{Guid.NewGuid()}").ToString();
                await Engine.Database.TransactAsync(
                    session => StoreAsync(session, ContentKind.Manifest, image, AddManifest(image)));
            }

            Assert.InRange(await Engine.Database.ScalarAsync("select count(*) from tally where subject = 'manifest'"), 1, 10);
        }

        private static async ValueTask<int> StoreAsync(ISession session, ContentKind kind, string key, Statement what)
        {
            await AddAsync(session, kind, key, what);
            return 0;
        }
    }

    public sealed class OnSqlite(SqliteEngine engine) : TallyTests(engine), IClassFixture<SqliteEngine>;
}

internal static class Tallies
{
    // What the tally says too much or too little, from one state of the database.
    private const string Wrong = """
        select subject, key, sum(amount) from (
          select subject, key, amount from tally where subject <> 'catalogue'
          union all select 'blob', '', -count(*) from blob
          union all select 'manifest', '', -count(*) from manifest
          union all select 'tag', '', -count(*) from tag
          union all select 'signature', key_id, -count(*) from signature group by key_id) both_ways
        group by subject, key having sum(amount) <> 0
        """;

    public static Task AssertTalliedAsync(this Engine engine) => engine.Database.AssertTalliedAsync();

    public static async Task AssertTalliedAsync(this IDatabase database) => Assert.Empty(
        await database.QueryAsync(new(Wrong), row => $"{row.String(0)} {row.String(1)}"));

    public static async Task<long> ScalarAsync(this IDatabase database, string sql) =>
        Assert.Single(await database.QueryAsync(new($"select cast(coalesce(({sql}), 0) as bigint)"), row => row.Int64(0)));
}
