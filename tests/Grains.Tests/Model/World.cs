using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using OrleansRegistry.Content;

namespace OrleansRegistry.Grains.Tests.Model;

/// <summary>What clients of a scenario can push: a few blobs, manifests that share them and name each other, and
/// tags.</summary>
/// <remarks>All worlds have the same blobs, so scenarios that run at once meet in the same content.</remarks>
internal sealed class World
{
    private static readonly string[] Companions = ["", ".sig", ".att", ".sbom"];

    // The last one only looks like a companion.
    private static readonly string[] Suffixes = [.. Companions, ".sigs"];

    public World(int seed)
    {
        Seed = seed;
        var random = new Random(seed);
        var things = new List<Thing>();
        while (things.Count < 18)
        {
            var thing = NewThing(random, things);
            if (things.All(other => other.Digest != thing.Digest))
                things.Add(thing);
        }

        Things = things;
        Tags =
        [
            "a", "b", "c", .. Enumerable.Range(0, 6).Select(
                _ => Name(things[random.Next(things.Count)].Digest, Suffixes[random.Next(Suffixes.Length)])),
        ];
    }

    /// <summary>How many signatures of each manifest there are to put.</summary>
    public const int SignaturesEach = 3;

    private readonly ConcurrentDictionary<(int Thing, int Number), (string Key, byte[] Bytes)> _signatures = new();

    public int Seed { get; }

    public static IReadOnlyList<string> Words { get; } =
        [.. Enumerable.Range(0, 10).Select(number => $"blob {number}")];

    public static IReadOnlyList<string> Blobs { get; } = [.. Words.Select(word => Images.DigestOf(word).ToString())];

    public IReadOnlyList<Thing> Things { get; }

    public IReadOnlyList<string> Tags { get; }

    /// <summary>A signature of a manifest, and its key within a repository.</summary>
    public (string Key, byte[] Bytes) SignatureOf(int thing, int number) =>
        _signatures.GetOrAdd((thing, number), place =>
        {
            var digest = Things[place.Thing].Digest;
            var bytes = Openpgp.Sign(digest);
            return ($"{digest}@{Convert.ToHexStringLower(SHA256.HashData(bytes))}", bytes);
        });

    /// <summary>The names by which cosign, and the fallback of the referrers API, find what describes a
    /// manifest.</summary>
    public static IEnumerable<string> CompanionsOf(string manifest) =>
        Companions.Select(suffix => Name(manifest, suffix));

    private static string Name(string manifest, string suffix) => manifest.Replace(':', '-') + suffix;

    private static Thing NewThing(Random random, List<Thing> earlier)
    {
        var subject = earlier.Count > 0 && random.Next(3) == 0 ? earlier[random.Next(earlier.Count)] : null;
        if (earlier.Count > 0 && random.Next(5) < 2)
        {
            var children = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => earlier[random.Next(earlier.Count)]).Distinct().ToArray();
            return new(
                Images.Index(children.Select(child => child.Manifest), subject?.Manifest),
                [], [.. children.Select(child => child.Digest)], subject?.Digest);
        }

        var words = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Words[random.Next(Words.Count)]).ToArray();
        return new(
            Images.Image(words[0], words[1..], subject?.Manifest),
            [.. words.Select(word => Images.DigestOf(word).ToString()).Distinct()], [], subject?.Digest);
    }
}

/// <summary>A manifest, and what it names as it was written down here, not as anyone reads its bytes.</summary>
internal sealed record Thing(Manifest Manifest, string[] Blobs, string[] Children, string? Subject)
{
    public string Digest { get; } = Manifest.Digest.ToString();

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Digest);
        return true;
    }
}
