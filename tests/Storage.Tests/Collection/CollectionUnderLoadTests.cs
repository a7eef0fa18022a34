using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage.Tests;

/// <summary>
/// Collection while clients push, mount, delete and push the same digests again. The grace period is much shorter than
/// a push, so pushes are refused at times; what was acknowledged is never lost.
/// </summary>
public abstract class CollectionUnderLoadTests(Engine engine) : CatalogueTests(engine)
{
    private const int Writers = 4;
    private const int Pushes = 150;
    private const int PushesOfARepository = 2;
    private const int RefusedInARow = 20;

    // Milliseconds. Longer on a machine that is too slow to push anything within them.
    private int _grace = 5;

    // The few things that all of them push, again and again.
    private readonly string[] _words = [.. Enumerable.Range(0, 12).Select(number => $"{number} of {Guid.NewGuid()}")];
    private readonly Guid?[] _repositories = new Guid?[Writers];

    [Fact]
    public async Task Nothing_that_was_acknowledged_and_is_held_is_lost()
    {
        using var finished = new CancellationTokenSource();
        var nodes = new[] { Node, Other };
        var collections = nodes.Select(node => Task.Run(() => CollectAsync(node, finished.Token))).ToArray();
        var writers = Enumerable.Range(0, Writers)
            .Select(writer => Task.Run(() => WriteAsync(nodes[writer % 2], writer))).ToArray();
        await Task.WhenAll(writers);
        await finished.CancelAsync();
        var freed = 0L;
        foreach (var collection in collections)
            freed += await collection;
        Assert.True(freed > 0, "The collections had nothing to do.");
        await AssertWholeAsync();

        await Node.Collection.RunAsync(DateTimeOffset.UtcNow.AddDays(1));
        await AssertWholeAsync();
    }

    private async Task<long> CollectAsync(CatalogueNode node, CancellationToken finished)
    {
        var freed = 0L;
        for (var run = 0; !finished.IsCancellationRequested; run++)
        {
            var before = DateTimeOffset.UtcNow.AddMilliseconds(-_grace);
            freed += await (run % 10 == 9 ? node.Collection.RunAsync(before) : node.Collection.ContentAsync(before));
        }

        return freed;
    }

    private async Task WriteAsync(CatalogueNode node, int writer)
    {
        var random = new Random(writer);
        var pushed = new List<Digest>();
        for (var push = 0; push < Pushes; push++)
        {
            if (push % PushesOfARepository == 0)
            {
                if (_repositories[writer] is { } old)
                    await node.DropRepositoryAsync(old);
                _repositories[writer] = await node.CreateRepositoryAsync();
                pushed.Clear();
            }

            var repository = _repositories[writer]!.Value;
            var words = random.GetItems(_words, 2);
            var image = Images.Image(words[0], words[1..]);
            await UntilAcknowledgedAsync(async () =>
            {
                foreach (var blob in words)
                    await BringAsync(node, repository, blob, random);
                await CommitAsync(node, repository, new PutManifest(image, Images.Tags($"v{push}")));
            });
            await AssertReadableAsync(words);
            pushed.Add(image.Digest);
            if (random.Next(3) == 0)
                await RemoveAsync(node, repository, pushed[random.Next(pushed.Count)]);
        }
    }

    // Mounted from a neighbour where it has it, otherwise pushed.
    private async Task BringAsync(CatalogueNode node, Guid repository, string blob, Random random)
    {
        if (random.Next(2) == 0
            && _repositories[random.Next(Writers)] is { } neighbour
            && await node.Blobs.MountAsync(neighbour, repository, Images.DigestOf(blob)))
            return;
        await node.PushBlobAsync(repository, blob);
    }

    // A blob that stayed pending for longer than the grace period is gone, and the push begins again.
    private async Task UntilAcknowledgedAsync(Func<Task> push)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await push();
                return;
            }
            catch (ProblemException refusal) when (
                refusal.Problem.Kind is ProblemKind.ManifestBlobUnknown && attempt < 10 * RefusedInARow)
            {
                if (attempt % RefusedInARow == 0)
                    _grace *= 2;
            }
        }
    }

    private static async Task RemoveAsync(CatalogueNode node, Guid repository, Digest manifest)
    {
        try
        {
            await CommitAsync(node, repository, new RemoveManifest(manifest));
        }
        catch (ProblemException refusal) when (refusal.Problem.Kind is ProblemKind.ManifestUnknown)
        {
            // Removed before.
        }
    }

    // As the grain does: plan, append, and plan again where something was collected in between.
    private static async Task CommitAsync(CatalogueNode node, Guid repository, RepositoryChange change)
    {
        for (var attempt = 1; ; attempt++)
        {
            var draft = await node.PlanAsync(repository, change);
            if (draft.Added.Count + draft.Removed.Count == 0
                || await node.Versions.TryAppendAsync(repository, await node.LatestAsync(repository), [draft]) is not null)
                return;
            Assert.True(attempt < 100, "The change is never accepted.");
        }
    }

    private async Task AssertReadableAsync(IEnumerable<string> blobs)
    {
        foreach (var blob in blobs)
            Assert.Equal(blob, await File.ReadAllTextAsync(Node.Data.PathOf(Images.DigestOf(blob))));
    }

    private async Task AssertWholeAsync()
    {
        var held = await Engine.Database.QueryAsync(
            new("""
                select distinct h.kind, h.key, c.doomed, b.size, m.size from repository_content h
                join content c on c.id = h.content_id
                left join blob b on b.content_id = c.id left join manifest m on m.content_id = c.id
                where h.kind in (1, 2)
                """),
            row => (
                Kind: (ContentKind)row.Int32(0), Key: row.String(1), Doomed: row.Bool(2), Size: row.Int64OrNull(3),
                ManifestSize: row.Int64OrNull(4)));
        Assert.NotEmpty(held);
        foreach (var unit in held)
        {
            Assert.False(unit.Doomed, $"{unit.Key} is held, and being deleted.");
            if (unit.Kind is ContentKind.Manifest)
            {
                Assert.NotNull(unit.ManifestSize);
                Assert.NotEmpty(await Node.Content.LinksFromAsync([Digest.Parse(unit.Key)]));
                continue;
            }

            var bytes = await File.ReadAllBytesAsync(Node.Data.PathOf(Digest.Parse(unit.Key)));
            Assert.Equal((unit.Key, unit.Size), (Digest.Sha256(bytes).ToString(), (long?)bytes.Length));
        }
    }

    public sealed class OnPostgres(PostgresEngine engine) : CollectionUnderLoadTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : CollectionUnderLoadTests(engine), IClassFixture<SqliteEngine>;
}
