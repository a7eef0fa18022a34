using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>
/// What a dry run names is what the real run touches, where nothing changes in between: for random repositories, images in
/// indexes, keys, subkeys, and signatures that name their key by its id alone. REGISTRY_TEST_SEED picks other cases.
/// </summary>
public abstract class DryRunTests(RevokingRegistry registry) : RevocationScenario(registry)
{
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const int AtOnce = 12;

    private static readonly int Cases = Effort.Of(usual: 25, whenLong: 1_000); // on each engine

    private static readonly int FirstSeed =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : 1;

    // A key and two subkeys of it.
    private string[] _family = [];

    [Fact]
    public async Task A_real_run_touches_what_its_dry_run_named()
    {
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-generate-key", "Release <release@example.org>", "ed25519", "cert", "never");
        var made = gpg.Run("--with-colons", "--list-keys").Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal));
        foreach (var _ in Enumerable.Range(0, 2))
            gpg.Run("--quick-add-key", made.Split(':')[9], "ed25519", "sign", "never");
        _family =
        [
            .. gpg.Run("--with-colons", "--list-keys").Split('\n')
                .Where(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Select(line => line.Split(':')[9]),
        ];
        Assert.Equal(3, _family.Length);
        await Pulp.CallAsync("signing_keys_create", body: new() { ["public_key"] = gpg.Run("--armor", "--export") });
        await Nodes[1].Pulp.DocumentAsync();

        using var certificate = new SemaphoreSlim(1); // one case at a time revokes it, and takes that back
        await Parallel.ForEachAsync(
            Enumerable.Range(FirstSeed, Cases), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
            {
                try
                {
                    await CompareAsync(new Random(seed), certificate);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
                }
            });
    }

    private async Task CompareAsync(Random random, SemaphoreSlim certificate)
    {
        var isFamily = random.Next(4) == 0;
        if (isFamily)
            await certificate.WaitAsync();
        try
        {
            var names = Enumerable.Range(0, random.Next(1, 4)).Select(_ => NewName()).ToArray();
            string[] keys = isFamily ? [.. _family, Hex()] : Twins();
            var images = await FillAsync(random, names, keys);
            var target = isFamily && random.Next(2) == 0 ? _family[0] : keys[random.Next(keys.Length)];
            if (random.Next(4) == 0 && (isFamily || target == keys[^1])) // it is the only one with that id
                target = target[^16..];
            await CompareAsync(random, names, target, random.Next(8) == 0 ? images[random.Next(images.Count)] : null);
            foreach (var name in isFamily ? names : [])
                await Pulp.CallAsync(Repositories + "delete", await RepositoryAsync(name)); // of what else the family signed there
        }
        finally
        {
            if (isFamily)
                certificate.Release();
        }
    }

    private async Task CompareAsync(Random random, string[] names, string key, string? image)
    {
        var body = new JsonObject { ["reason"] = "a case" };
        if (image is null)
            body["key"] = key;
        if (image is null && random.Next(4) == 0)
            body["effective_from"] = DateTimeOffset.UtcNow.AddMilliseconds(-random.Next(100)).ToString("O");
        var manifest = image is null ? null : (string)Assert.Single(
            await Pulp.ListAsync("content_container_manifests_list", null, ("digest", image)))["pulp_href"]!;
        var before = await HeadsAsync(names);

        var dry = await RunAsync(manifest, body, isDryRun: true);
        Assert.Equal("dry-run", (string)dry["state"]!);
        Assert.Equal(before, await HeadsAsync(names));
        var planned = await PlanAsync(dry, names);
        var real = await RunAsync(manifest, body, isDryRun: false);
        Assert.Equal("completed", (string)real["state"]!);
        Assert.Equal(planned, await PlanAsync(real, names));
        foreach (var count in new[] { "signatures", "images", "unsigned_images" })
            Assert.Equal((int)dry[count]!, (int)real[count]!);

        var after = await HeadsAsync(names);
        Assert.Equal(planned.Select(one => one.Name), names.Where(name => after[name] != before[name]).Order(StringComparer.Ordinal));
        Assert.All(planned, one => Assert.Equal(before[one.Name] + 1, after[one.Name]));
        var report = JsonNode.Parse(await Http.GetStringAsync($"{(string)real["pulp_href"]!}report/"))!;
        if (image is null)
            Assert.Equal(planned.Sum(one => one.Unsigned), report["left_unsigned"]!.AsArray().Count);
        foreach (var (name, signatures, _, _) in image is null ? planned : [])
            Assert.Equal(
                signatures,
                (int)(await Pulp.CallAsync(
                    Repositories + "versions_read", $"{await RepositoryAsync(name)}versions/{after[name]}/"))["content_summary"]!
                    ["removed"]!["container.signature"]!["count"]!);

        if (_family.Any(member => member.EndsWith(key, StringComparison.Ordinal)))
            await Pulp.CallAsync("key_revocations_withdraw", (string)real["pulp_href"]!, new() { ["reason"] = "the case is over" });
    }

    private async Task<JsonObject> RunAsync(string? manifest, JsonObject body, bool isDryRun)
    {
        var wish = (JsonObject)body.DeepClone();
        wish["dry_run"] = isDryRun;
        return await FollowAsync(await Nodes[isDryRun ? 0 : 1].Pulp.StartAsync(
            manifest is null ? "key_revocations_create" : "content_container_manifests_withdraw", manifest, wish));
    }

    // What it says of each repository; none but those of the case may be among them.
    private async Task<List<(string Name, int Signatures, int Images, int Unsigned)>> PlanAsync(
        JsonObject revocation, string[] names)
    {
        var listed = await Pulp.ListAsync("key_revocations_repositories", (string)revocation["pulp_href"]!);
        Assert.Empty(listed.Select(one => (string)one["name"]!).Except(names));
        return
        [
            .. listed.Select(one => (
                (string)one["name"]!, (int)one["signatures"]!, (int)one["images"]!, (int)one["unsigned_images"]!))
                .OrderBy(one => one.Item1, StringComparer.Ordinal),
        ];
    }

    // Images that several repositories may hold, some in an index, with random signatures of random keys.
    private async Task<List<string>> FillAsync(Random random, string[] names, string[] keys)
    {
        var images = new List<(string Digest, int Size)>();
        foreach (var _ in Enumerable.Range(0, random.Next(1, 4)))
            images.Add(await PushAsync(names, [], random));
        if (random.Next(2) == 0)
            images.Add(await PushAsync(names, images, random));
        foreach (var (digest, _) in images)
            foreach (var key in keys.Where(_ => random.Next(3) > 0))
            {
                var signature = Openpgp.Sign(digest, key: Convert.FromHexString(key), byIdAlone: random.Next(4) == 0);
                foreach (var name in names.Where(_ => random.Next(3) > 0))
                    await Push.SignatureAsync(Nodes[random.Next(2)].Http, name, digest, signature);
            }

        return [.. images.Select(image => image.Digest)];
    }

    private async Task<(string Digest, int Size)> PushAsync(
        string[] names, IEnumerable<(string Digest, int Size)> children, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray([.. children.Select(child => new JsonObject
            {
                ["mediaType"] = IndexType,
                ["digest"] = child.Digest,
                ["size"] = child.Size,
            })]),
            ["annotations"] = new JsonObject { ["name"] = $"{Guid.NewGuid():N}" },
        }.ToJsonString());
        foreach (var name in names)
            await Push.ManifestAsync(Nodes[random.Next(2)].Http, name, DigestOf(bytes), IndexType, bytes);
        return (DigestOf(bytes), bytes.Length);
    }

    private async Task<Dictionary<string, int>> HeadsAsync(string[] names)
    {
        var heads = new Dictionary<string, int>();
        foreach (var name in names)
            heads[name] = await LatestAsync(name);
        return heads;
    }

    // Two keys with one id, and one with an id of its own.
    private static string[] Twins()
    {
        var key = Hex();
        return [key, $"{(key[0] == '0' ? '1' : '0')}{key[1..]}", Hex()];
    }

    private static string Hex() => Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(20));
}

public sealed class DryRunTestsOnSqlite(RevokingOnSqlite registry) : DryRunTests(registry), IClassFixture<RevokingOnSqlite>;

public sealed class DryRunTestsOnPostgres(RevokingOnPostgres registry)
    : DryRunTests(registry), IClassFixture<RevokingOnPostgres>;
