using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Tasks.Tests;

/// <summary>
/// A small registry in short names, and repositories in it. Image A has the config <c>ca</c> and the layers <c>la</c> and
/// <c>s</c>; image B has <c>cb</c>, <c>lb</c> and <c>s</c>; index I lists both; index J lists I; R refers to A;
/// <c>x</c> is a blob alone.
/// <c>sA</c>, <c>sB</c> and <c>sI</c> are signatures, <c>sB</c> by another key; <c>rA</c> and <c>qA</c> are <c>sA</c> in
/// other bytes. Other names are tags.
/// </summary>
public sealed class World(TaskCluster cluster)
{
    public const string KeyOfA = "AAAAAAAAAAAAAAAA";
    public const string FingerprintOfB = "00000000000000000000000BBBBBBBBBBBBBBBBB";

    private static readonly Dictionary<string, Manifest> Manifests = new()
    {
        ["A"] = Image("ca", "la", "s"),
        ["B"] = Image("cb", "lb", "s"),
    };

    private static readonly Dictionary<string, ContentUnit> Units = [];

    static World()
    {
        Manifests["I"] = Index("A", "B");
        Manifests["J"] = Index("I");
        Manifests["R"] = Referrer("A");
        foreach (var blob in (string[])["ca", "la", "s", "cb", "lb", "x"])
            Units[blob] = ContentUnit.Blob(BlobOf(blob));
        foreach (var (name, manifest) in Manifests)
            Units[name] = ContentUnit.Manifest(manifest.Digest);
        foreach (var signature in (string[])["sA", "sB", "sI", "rA", "qA"])
            Units[signature] = SignatureOf(signature).Unit;
    }

    private IDatabase Database => cluster.Engine.Database;

    public static Digest DigestOf(string manifest) => Manifests[manifest].Digest;

    public async Task<Guid> CreateEmptyAsync()
    {
        cluster.Engine.SkipIfAbsent();
        var name = $"r{Guid.NewGuid():N}";
        return (await cluster.Distributions.GetOrCreateAsync(RepositoryName.Parse(name))).Repository;
    }

    /// <summary>A repository with everything but J and R, and with tags such as <c>a=A i=I</c>.</summary>
    public async Task<Guid> CreateFullAsync(string tags)
    {
        var repository = await CreateEmptyAsync();
        await StoreAsync(repository, "ca", "la", "s", "cb", "lb", "x");
        foreach (var manifest in (string[])["A", "B", "I"])
            await PushAsync(repository, manifest, TagsOn(manifest, tags));
        foreach (var signature in (string[])["sA", "sB", "sI"])
            await cluster.Signatures.AddAsync(SignatureOf(signature));
        var actions = cluster.Grains.Repository(repository);
        await actions.ApplyAsync(new AddContent(await IdsAsync("x", "sA", "sB", "sI"), true));
        return repository;
    }

    /// <summary>Makes a signature content of the server, and of no repository. The answer is its key.</summary>
    public async Task<SignatureKey> StoreSignatureAsync(string name)
    {
        var signature = SignatureOf(name);
        await cluster.Signatures.AddAsync(signature);
        return new(signature.Manifest, signature.Digest.Hex);
    }

    public async Task PushAsync(Guid repository, string manifest, params string[] tags)
    {
        var pushed = Manifests[manifest];
        await cluster.Grains.Repository(repository).ApplyAsync(
            new PutManifest(pushed, [.. tags.Select(Tag.Parse)]));
    }

    /// <summary>The ids of content in short names; a tag is written <c>a=A</c>.</summary>
    public async Task<Guid[]> IdsAsync(params IEnumerable<string> names)
    {
        var ids = new List<Guid>();
        foreach (var name in names)
        {
            var unit = name.Split('=') is [var tag, var manifest]
                ? ContentUnit.Tag(Tag.Parse(tag), DigestOf(manifest))
                : Units[name];
            ids.Add(Assert.Single(await cluster.Sets.FindStoredAsync([unit])).Id);
        }

        return [.. ids];
    }

    /// <summary>What a version holds, by default the newest: short names in byte order.</summary>
    public async Task<string> HoldsAsync(Guid repository, int? version = null)
    {
        var names = Units.ToDictionary(unit => unit.Value, unit => unit.Key);
        var units = await cluster.Sets.AllAsync(repository, version);
        return string.Join(' ', units.Select(unit => unit.Kind is ContentKind.Tag
            ? $"{unit.Key}={names[ContentUnit.Manifest(unit.Target!.Value)]}"
            : names[unit]).Order(StringComparer.Ordinal));
    }

    public static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] TagsOn(string manifest, string tags) =>
        [.. Words(tags).Select(tag => tag.Split('=')).Where(tag => tag[1] == manifest).Select(tag => tag[0])];

    // As an upload would leave them: stored, and pending in the repository.
    private Task<bool> StoreAsync(Guid repository, params string[] blobs) => Database.TransactAsync(async session =>
    {
        foreach (var blob in blobs)
        {
            var (digest, now) = (BlobOf(blob).ToString(), DateTimeOffset.UtcNow);
            await session.ExecuteBatchAsync(
            [
                new(
                    """
                    insert into content (id, kind, key, created_at, touched_at) values (@id, 1, @digest, @now, @now)
                    on conflict do nothing
                    """,
                    ("id", Guid.CreateVersion7()), ("digest", digest), ("now", now)),
                new(
                    """
                    insert into blob (content_id, size) select id, 1 from content where kind = 1 and key = @digest
                    on conflict do nothing
                    """,
                    ("digest", digest)),
                new(
                    """
                    insert into pending (repository_id, content_id, since)
                    select @repository, id, @now from content where kind = 1 and key = @digest
                    """,
                    ("repository", repository), ("digest", digest), ("now", now)),
            ]);
        }

        return true;
    });

    private static Digest BlobOf(string name) => Digest.Sha256(Encoding.UTF8.GetBytes(name));

    private static Manifest Image(string config, params string[] layers) => Of(
        MediaTypes.OciManifest,
        $$"""
        "config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{BlobOf(config)}}","size":1},"layers":[{{string.Join(
            ',',
            layers.Select(layer =>
                $$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{BlobOf(layer)}}","size":1}"""))}}]
        """);

    private static Manifest Referrer(string subject) => Of(
        MediaTypes.OciIndex,
        $$"""
        "manifests":[],"subject":{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{DigestOf(subject)}}","size":{{Manifests[subject].Bytes.Length}}}
        """);

    private static Manifest Index(params string[] manifests) => Of(
        MediaTypes.OciIndex,
        $"\"manifests\":[{string.Join(
            ',',
            manifests.Select(name =>
                $$"""{"mediaType":"{{Manifests[name].MediaType}}","digest":"{{DigestOf(name)}}","size":{{Manifests[name].Bytes.Length}}}"""))}]");

    private static Manifest Of(string mediaType, string members)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{mediaType}}",{{members}}}""");
        return new(Digest.Sha256(bytes), mediaType, bytes);
    }

    private static Signature SignatureOf(string name)
    {
        var manifest = DigestOf(name[1..]);
        var bytes = Encoding.UTF8.GetBytes(name);
        var digest = Digest.Sha256(bytes);
        var byB = name == "sB";
        return new(
            manifest,
            digest,
            $"{manifest}@{digest.Hex[..32]}",
            byB ? FingerprintOfB[^16..] : KeyOfA,
            byB ? FingerprintOfB : null,
            DateTimeOffset.UnixEpoch,
            null,
            "example.com/app",
            name is "rA" or "qA" ? "sA" : name,
            bytes);
    }
}
