using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage.Tests;

/// <summary>What is withheld is left out where lists are read: the same as is left out of what was read before.</summary>
public abstract class WithheldTests(Engine engine) : CatalogueTests(engine)
{
    private const string One = "1111111111111111111111111111111111111111";
    private const string Two = "2222222222222222222222222222222222222222";
    private const string TwoAlike = "3333333333333333333333332222222222222222";

    private static readonly (string KeyId, string? Fingerprint)[] Signers =
        [(One[^16..], One), (One[^16..], null), (Two[^16..], Two), (Two[^16..], TwoAlike), (Two[^16..], null), ("4444444444444444", null)];

    [Theory]
    [InlineData("", "", "012345")]
    [InlineData("1111111111111111", "", "2345")]
    [InlineData("2222222222222222", "", "015")]
    [InlineData("", Two, "0135")]
    [InlineData("", TwoAlike, "0125")]
    [InlineData("", One + " " + Two, "35")]
    [InlineData("4444444444444444", One, "234")]
    [InlineData("5555555555555555", "5555555555555555555555555555555555555555", "012345")]
    public async Task Signatures_by_a_withheld_key_are_on_no_page(string keyIds, string fingerprints, string left)
    {
        var (repository, image, version) = await SignAsync();
        var withheld = new Withheld(Words(keyIds).Concat(Words(fingerprints)).Select(WithheldKey.Named), []);

        Assert.Equal(left, Text(withheld.LeftOf(await Node.SignatureReader.ListAsync(repository, version, image))));
        var (found, last) = (new List<ServedSignature>(), default(string));
        while (await Node.SignatureReader.ListAllAsync(repository, version, last, 2, withheld) is { Count: > 0 } page)
        {
            found.AddRange(page);
            last = page[^1].Key.ToString();
            Assert.Equal(Math.Min(2, left.Length - found.Count + page.Count), page.Count);
        }

        Assert.Equal(left, string.Concat(Text(found).Order()));

        static string Text(IEnumerable<ServedSignature> signatures) =>
            string.Concat(signatures.Select(signature => signature.Name[^1]));
    }

    [Fact]
    public async Task Tags_and_referrers_lead_to_no_withheld_manifest()
    {
        var repository = await Node.CreateRepositoryAsync();
        var subject = Images.Image("subject");
        await Node.PushAsync(repository, subject, ["subject"], "a", "c");
        Manifest[] referrers = [.. Enumerable.Range(0, 3).Select(number => Images.Image($"referrer {number}", subject: subject))];
        foreach (var (referrer, number) in referrers.Select((referrer, number) => (referrer, number)))
            await Node.PushAsync(repository, referrer, [$"referrer {number}"], $"b{number}");
        var withheld = new Withheld([], [new(referrers[1].Digest)]);

        Assert.Equal(["a", "b0"], await TagsAsync(null, 2));
        Assert.Equal(["b2", "c"], await TagsAsync("b0", 2));
        Assert.Equal([referrers[0].Digest, referrers[2].Digest], await ReferrersAsync(null));
        Assert.Equal([referrers[2].Digest], await ReferrersAsync(referrers[1].Digest)); // a page went up to it before
        Assert.NotNull(await Node.Reader.FindAsync(repository, 4, new(ContentKind.Tag, "b1")));

        async Task<IEnumerable<string>> TagsAsync(string? last, int limit) =>
            (await Node.Reader.ListTagsAsync(repository, 4, last, limit, withheld)).Select(tag => tag.Key);

        async Task<IEnumerable<Digest>> ReferrersAsync(Digest? after) =>
            (await Node.Reader.ReferrersAsync(repository, 4, new(subject.Digest, null, after, 2), withheld))
                .Select(referrer => referrer.Digest);
    }

    // An image with a signature by each of the signers; the names end in their numbers.
    private async Task<(Guid Repository, Digest Image, int Version)> SignAsync()
    {
        var repository = await Node.CreateRepositoryAsync();
        var config = $"{Guid.NewGuid()}";
        var image = Images.Image(config);
        var version = await Node.PushAsync(repository, image, [config]);
        foreach (var ((keyId, fingerprint), number) in Signers.Select((signer, number) => (signer, number)))
        {
            var bytes = Guid.NewGuid().ToByteArray();
            var signature = new Signature(
                image.Digest, Digest.Sha256(bytes), $"{image.Digest}@{number}", keyId, fingerprint,
                DateTimeOffset.UnixEpoch, null, "registry.example.com/team/app:1.0", $"{config} {number}", bytes);
            await Node.Signatures.AddAsync(signature);
            version = await Node.CommitAsync(
                repository, new AddSignature(signature.Unit, signature.Statement, bytes.Length));
        }

        return (repository, image.Digest, version.Number);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public sealed class OnPostgres(PostgresEngine engine) : WithheldTests(engine), IClassFixture<PostgresEngine>;

    public sealed class OnSqlite(SqliteEngine engine) : WithheldTests(engine), IClassFixture<SqliteEngine>;
}
