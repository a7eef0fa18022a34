using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using Match = OrleansRegistry.Lists.Match;

namespace OrleansRegistry.Storage.Tests;

/// <summary>How many entries a list has: exactly, and without counting them again and again.</summary>
public abstract partial class ListCountsTests(Engine engine) : CatalogueTests(engine)
{
    private const string Counts = "select count(*)";

    private static readonly string[] Keys = ["00000000000000A1", "00000000000000A2", "00000000000000A3"];

    private RecordingDatabase Recorded => field ??= new(Engine.Database);

    private ServiceProvider Services => field ??= new ServiceCollection()
        .AddOptions()
        .AddSingleton(TimeProvider.System)
        .AddStorage(Recorded, Node.Data)
        .BuildServiceProvider();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task They_are_those_of_the_entries_whatever_has_happened(int seed)
    {
        var random = new Random(seed);
        var repositories = new List<Guid>();
        for (var step = 0; step < 60; step++)
        {
            await HappenAsync(random, repositories);
            if (step % 10 == 9)
                await AssertExactAsync(repositories);
        }
    }

    [Fact]
    public async Task What_the_database_counts_is_not_counted_again()
    {
        var repository = await PushAsync(signedBy: Keys);
        var version = ResourceReference.Version(repository, (await Node.LatestAsync(repository)).Number);
        Recorded.Asked.Clear();
        foreach (var filter in (string[])["repository_version", "repository_version_added", "repository_version_removed"])
            foreach (var resource in new[] { version, new ResourceReference(ResourceKind.Repository, repository) })
                await AssertSameAsync(Match.Of(filter, resource));
        await AssertSameAsync<BlobRecord>(Conjunction.Everything);
        await AssertSameAsync<ManifestRecord>(Conjunction.Everything);
        await AssertSameAsync<TagRecord>(Conjunction.Everything);
        await AssertSameAsync<SignatureRecord>(Conjunction.Everything);
        await AssertSameAsync<ContentRecord>(Match.Of("pulp_type", "container.tag"));
        await AssertSameAsync<ContentRecord>(Match.Of("pulp_type__in", "container.signature", "container.blob", "other"));
        await AssertSameAsync<ContentRecord>(Match.Of("pulp_type", "other"));
        await AssertSameAsync<SignatureRecord>(Match.Of("key_id", Keys[0]));
        await AssertSameAsync<SignatureRecord>(Match.Of("key_id", "FFFFFFFFFFFFFFFF"));
        await AssertSameAsync<SignatureRecord>(Match.Of("key_id__in", Keys[0], Keys[1], Keys[0]));
        Assert.DoesNotContain(Recorded.Asked, sql => sql.Contains("count(*)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_nobody_counted_is_counted_once_however_many_ask()
    {
        var repository = await PushAsync(signedBy: Keys);
        var condition = Conjunction.Of(
            Match.Of("key_id", Keys[0]), Match.Of("repository_version", new ResourceReference(ResourceKind.Repository, repository)));
        Recorded.Asked.Clear();
        var told = await AskAtOnceAsync();
        Assert.All(told, one => Assert.Equal(1, one));
        Assert.Single(Recorded.Asked, IsCount);

        await SignAsync(repository, Keys[1]);
        Assert.Equal(1, await CountAsync<SignatureRecord>(condition));
        await SignAsync(repository, Keys[0]);
        told = await AskAtOnceAsync();
        Assert.All(told, one => Assert.Equal(2, one));
        Assert.Equal(3, Recorded.Asked.Count(IsCount));

        Task<long[]> AskAtOnceAsync()
        {
            var listing = Listing<SignatureRecord>();
            return Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => listing.CountAsync(condition))));
        }
    }

    [Fact]
    public async Task What_was_counted_changes_with_the_catalogue()
    {
        var repository = await PushAsync(signedBy: Keys[..1]);
        var held = Match.Of("repository_version", new ResourceReference(ResourceKind.Repository, repository));
        var image = (await ListAsync<ManifestRecord>(held)).Single();
        var blob = (await ListAsync<BlobRecord>(held))[0];

        await ChangesAsync<BlobRecord>(
            Match.Of("pulp_label_select", new LabelTerm("colour", LabelTest.Equal, "red")),
            () => Node.Labels.SetAsync(new(ResourceKind.Blob, blob.Id), "colour", "red"), +1);
        await ChangesAsync<BlobRecord>(
            Match.Of("pulp_label_select", new LabelTerm("colour", LabelTest.Equal, "red")),
            () => Node.Labels.SetAsync(new(ResourceKind.Blob, blob.Id), "colour", "blue"), -1);
        await ChangesAsync<ManifestRecord>(
            Conjunction.Of(held, Match.Of("is_flatpak", true)),
            () => Engine.RunAsync("update manifest set flatpak = @yes where content_id = @id", ("yes", true), ("id", image.Id)), +1);
        await ChangesAsync<BlobRecord>(
            Conjunction.Of(held, Match.Of("promised", true)),
            () => Engine.RunAsync("update blob set promised = @yes where content_id = @id", ("yes", true), ("id", blob.Id)), +1);
        await ChangesAsync<TagRecord>(
            Match.Of("name", $"t{repository:N}"),
            () => Node.CommitAsync(repository, new TagManifest(Oci.Tag.Parse($"t{repository:N}"), image.Digest)), +1);
        await ChangesAsync<TagRecord>(
            Conjunction.Of(held, Match.Of("name", $"t{repository:N}")),
            () => Node.CommitAsync(repository, new Untag(Oci.Tag.Parse($"t{repository:N}"))), -1);
        await ChangesAsync<ManifestRecord>(
            Conjunction.Of(held, new NotWithheld(new Withheld([WithheldKey.Named(Keys[2])], []))),
            () => Engine.RunAsync(
                """
                insert into attached_signature (content_id, key_id, fingerprint, manifest_digest, is_attestation)
                values (@id, @key, '', '', @no)
                """,
                ("id", image.Id), ("key", Keys[2]), ("no", false)),
            -1);
        await ChangesAsync<ManifestRecord>(
            Conjunction.Of(held, Match.Of("digest", image.Digest.ToString())), () => Node.DropRepositoryAsync(repository), -1);
    }

    [Fact]
    public async Task What_time_changes_is_always_counted_anew()
    {
        var unheld = Conjunction.Of(Match.Of("orphaned_for", 0L), Match.Of("name", $"orphan-{Guid.NewGuid():N}"));
        Recorded.Asked.Clear();
        for (var time = 0; time < 3; time++)
            Assert.Equal(0, await CountAsync<TagRecord>(unheld));
        Assert.Equal(3, Recorded.Asked.Count(sql => sql.StartsWith(Counts, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_is_kept_that_depends_on_what_is_not_watched()
    {
        await PushAsync(signedBy: Keys);
        Recorded.Asked.Clear();
        await AskAsync<ContentRecord>();
        await AskAsync<BlobRecord>();
        await AskAsync<ManifestRecord>();
        await AskAsync<TagRecord>();
        await AskAsync<SignatureRecord>();
        var read = Recorded.Asked.Where(IsCount)
            .SelectMany(sql => TableRead().Matches(sql)).Select(match => match.Groups["table"].Value).Distinct().Order();

        var watched = await Engine.Database.QueryAsync(
            new(Engine.Database.Dialect.Name is "sqlite"
                ? "select distinct tbl_name from sqlite_master where type = 'trigger'"
                : "select distinct c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where not t.tgisinternal"),
            row => row.String(0));
        Assert.Equal(
            [
                "attached_signature", "blob", "content", "content_label", "manifest", "repository", "repository_content",
                "repository_version", "signature", "tag",
            ],
            watched.Order());
        Assert.Empty(read.Except([.. watched, "tally", "json_each"]));
    }

    // One of the ways in which a count is kept.
    private static bool IsCount(string sql) => sql.StartsWith("select (select count(*)", StringComparison.Ordinal);

    // Every filter together with another one, so that none is answered by itself.
    private async Task AskAsync<T>()
        where T : class
    {
        var withheld = new NotWithheld(
            new Withheld([WithheldKey.Named(Keys[0])], [new(Images.DigestOf("withheld"))]));
        foreach (var filter in Listing<T>().Filters)
            await CountAsync<T>(Conjunction.Of(
                withheld,
                Match.Of(filter.Name, filter.Type switch
                {
                    FilterType.Text => filter.Choices is [var choice, ..] ? choice : "container.tag",
                    FilterType.Number => 1L,
                    FilterType.Flag => true,
                    FilterType.Time => DateTimeOffset.UnixEpoch,
                    FilterType.Id => Guid.NewGuid(),
                    FilterType.Resource => new ResourceReference(filter.Kinds[^1], Guid.NewGuid()),
                    FilterType.Labels => new LabelTerm("colour", LabelTest.Equal, "red"),
                    _ => throw new InvalidOperationException($"No value for {filter.Name}."),
                })));
    }

    private async Task ChangesAsync<T>(Condition condition, Func<Task> change, int by)
        where T : class
    {
        var before = await CountAsync<T>(condition);
        Assert.Equal(before, await CountAsync<T>(condition));
        await change();
        Assert.Equal(before + by, await CountAsync<T>(condition));
        Assert.Equal(before + by, (await ListAsync<T>(condition)).Count);
    }

    private async Task HappenAsync(Random random, List<Guid> repositories)
    {
        if (repositories.Count == 0 || random.Next(8) == 0)
        {
            repositories.Add(await Node.CreateRepositoryAsync());
            return;
        }

        var repository = repositories[random.Next(repositories.Count)];
        var latest = await Node.LatestAsync(repository);
        var held = await Node.ContentOfAsync(repository, latest.Number);
        var one = held.Count == 0 ? null : held.ElementAt(random.Next(held.Count));
        switch (random.Next(10))
        {
            case 0:
                repositories.Remove(repository);
                await Node.DropRepositoryAsync(repository);
                break;
            case 1:
                await Node.Collection.RunAsync(DateTimeOffset.UtcNow.AddDays(1));
                break;
            case 2 when latest.Number > 1:
                await TryAsync(() => Node.History.DeleteAsync(repository, random.Next(latest.Number)));
                break;
            case 3 when latest.Number > 1:
                await CommitAsync(repository, new RollBack(random.Next(latest.Number)));
                break;
            case 4 when one?.Kind is ContentKind.Tag:
                await CommitAsync(repository, new Untag(Oci.Tag.Parse(one.Key)));
                break;
            case 5 when one?.Kind is ContentKind.Manifest:
                await CommitAsync(repository, new RemoveManifest(Oci.Digest.Parse(one.Key)));
                break;
            case 6 or 7:
                await SignAsync(repository, Keys[random.Next(Keys.Length)]);
                break;
            default:
                var word = $"{random.Next(6)}";
                await Node.PushBlobAsync(repository, word);
                await CommitAsync(repository, new PutManifest(Images.Image(word), Images.Tags($"v{random.Next(3)}")));
                break;
        }
    }

    // A rollback may lead to where the repository is, and a version may have gone.
    private Task CommitAsync(Guid repository, RepositoryChange change) => TryAsync(async () =>
    {
        var draft = await Node.PlanAsync(repository, change);
        if (draft.Added.Count + draft.Removed.Count > 0)
            Assert.NotNull(await Node.Versions.TryAppendAsync(repository, await Node.LatestAsync(repository), [draft]));
    });

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (ProblemException)
        {
        }
    }

    private async Task AssertExactAsync(IEnumerable<Guid> repositories)
    {
        await Engine.AssertTalliedAsync();
        await AssertSameAsync(Conjunction.Everything);
        foreach (var key in Keys)
        {
            await AssertSameAsync<SignatureRecord>(Match.Of("key_id", key));
            await AssertSameAsync<SignatureRecord>(new NotWithheld(new Withheld([WithheldKey.Named(key)], [])));
        }

        foreach (var kind in Enum.GetNames<ContentKind>())
            await AssertSameAsync<ContentRecord>(Match.Of("pulp_type", $"container.{kind.ToLowerInvariant()}"));
        foreach (var repository in repositories)
        {
            var latest = (await Node.LatestAsync(repository)).Number;
            ResourceReference[] resources =
            [
                new(ResourceKind.Repository, repository),
                .. Enumerable.Range(0, latest + 1).Select(number => ResourceReference.Version(repository, number)),
            ];
            foreach (var resource in resources)
                foreach (var filter in (string[])["repository_version", "repository_version_added", "repository_version_removed"])
                    await AssertSameAsync(Match.Of(filter, resource));
            await AssertSameAsync<SignatureRecord>(
                Conjunction.Of(Match.Of("repository_version", resources[0]), Match.Of("key_id", Keys[0])));
        }
    }

    private async Task AssertSameAsync(Condition condition)
    {
        await AssertSameAsync<ContentRecord>(condition);
        await AssertSameAsync<BlobRecord>(condition);
        await AssertSameAsync<ManifestRecord>(condition);
        await AssertSameAsync<TagRecord>(condition);
        await AssertSameAsync<SignatureRecord>(condition);
    }

    private async Task AssertSameAsync<T>(Condition condition)
        where T : class
    {
        var listed = (await ListAsync<T>(condition)).Count;
        Assert.True(listed == await CountAsync<T>(condition), $"{typeof(T).Name} {Told(condition)}: {listed} are listed.");

        static string Told(Condition condition) => condition is Match match
            ? $"{match.Filter} {string.Join(' ', match.Values)}"
            : condition.ToString();
    }

    private IListing<T> Listing<T>()
        where T : class => Services.GetRequiredService<IListing<T>>();

    private Task<IReadOnlyList<T>> ListAsync<T>(Condition condition)
        where T : class => Listing<T>().ListAsync(new(condition, [], int.MaxValue, 0));

    private Task<long> CountAsync<T>(Condition condition)
        where T : class => Listing<T>().CountAsync(condition);

    private async Task<Guid> PushAsync(string[] signedBy)
    {
        var repository = await Node.CreateRepositoryAsync();
        var config = $"{Guid.NewGuid()}";
        await Node.PushAsync(repository, Images.Image(config), [config], "latest");
        foreach (var key in signedBy)
            await SignAsync(repository, key);
        return repository;
    }

    private async Task SignAsync(Guid repository, string key)
    {
        var held = await Node.ContentOfAsync(repository, (await Node.LatestAsync(repository)).Number);
        if (held.FirstOrDefault(unit => unit.Kind is ContentKind.Manifest) is not { } image)
            return;
        var signature = Signing.By(key, Oci.Digest.Parse(image.Key));
        await Node.Signatures.AddAsync(signature);
        await CommitAsync(repository, new AddSignature(signature.Unit, signature.Statement, signature.Bytes.Length));
    }

    [GeneratedRegex(@"\b(from|join)\s+(?<table>[a-z_]+)")]
    private static partial Regex TableRead();

    public sealed class OnPostgres(PostgresEngine engine) : ListCountsTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : ListCountsTests(engine), IClassFixture<SqliteEngine>;
}
