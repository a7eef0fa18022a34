using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Bundles.Tests;

/// <summary>A bundle proves that nothing of it is missing, nothing was added and nothing was altered.</summary>
public sealed class ProofTests
{
    private const int Block = 512;

    private readonly SmallBundle _bundle = new();

    [Fact]
    public async Task A_bundle_that_nobody_touched_is_good()
    {
        var found = await VerifyAsync(await _bundle.WriteAsync());
        Assert.Equal(21 + 2, found.Document.Entries.Count);
        Assert.Equal((4, 2, 11), (found.Document.Entries.Blobs, found.Document.Entries.Manifests, found.Document.Entries.Signatures));
    }

    [Fact]
    public async Task Any_tar_reads_it()
    {
        var names = new List<string>();
        await using var reader = new TarReader(new MemoryStream(await _bundle.WriteAsync()));
        while (await reader.GetNextEntryAsync() is { } entry)
            names.Add(entry.Name);
        Assert.Equal(
            ["registry.json", "registry.json.sig", .. _bundle.Layout.Select(one => one.Path.Text)], names[..6]);
        Assert.Contains(_bundle.Signatures[10].Path.Text, names); // which is longer than a header has room for
        Assert.Equal(2 + 23, names.Count);
    }

    [Fact]
    public async Task One_bit_that_is_flipped_anywhere_is_found()
    {
        var good = await _bundle.WriteAsync();
        var random = new Random(1);
        for (var place = 0; place < good.Length; place += 1 + random.Next(40))
        {
            var bad = good.ToArray();
            bad[place] ^= (byte)(1 << random.Next(8));
            await RefusedAsync(bad, $"bit in byte {place}");
        }
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_anywhere_is_found()
    {
        var good = await _bundle.WriteAsync();
        var random = new Random(2);
        for (var length = 0; length < good.Length; length += 1 + random.Next(200))
            await RefusedAsync(good[..length], $"cut off after {length}");
        await RefusedAsync([.. good, 0], "a byte behind");
        await RefusedAsync([.. good, .. new byte[Block]], "a block behind");
    }

    [Fact]
    public async Task A_file_that_is_missing_doubled_or_moved_is_found()
    {
        var files = Split(await _bundle.WriteAsync());
        for (var place = 0; place < files.Count - 1; place++)
        {
            await RefusedAsync(Join([.. files[..place], .. files[(place + 1)..]]), $"without {place}");
            await RefusedAsync(Join([.. files[..place], files[place], files[place], .. files[(place + 1)..]]), $"{place} twice");
            if (place + 1 < files.Count - 1)
                await RefusedAsync(
                    Join([.. files[..place], files[place + 1], files[place], .. files[(place + 2)..]]), $"{place} moved");
        }
    }

    [Fact]
    public async Task A_file_of_another_bundle_is_found()
    {
        var other = new SmallBundle();
        other.Signatures[3] = (other.Signatures[3].Path, "another signature"u8.ToArray());
        var (good, foreign) = (Split(await _bundle.WriteAsync()), Split(await other.WriteAsync()));
        var changed = 0;
        for (var place = 0; place < good.Count; place++)
            if (!good[place].SequenceEqual(foreign[place]))
            {
                changed++;
                await RefusedAsync(Join([.. good[..place], foreign[place], .. good[(place + 1)..]]), $"foreign {place}");
            }

        Assert.Equal(3, changed); // the document, its signature, and that file
    }

    [Fact]
    public async Task Who_did_not_make_it_is_not_taken_for_its_maker()
    {
        var bytes = await _bundle.WriteAsync();
        Assert.True(ReportPublicKey.TryParse(new ReportSigningKey(ReportSigningKey.NewSecret()).PublicKey, out var other));
        var refusal = await Assert.ThrowsAsync<BundleException>(() => VerifyAsync(bytes, other));
        Assert.Contains(other.Fingerprint, refusal.Message, StringComparison.Ordinal);
        Assert.True(ReportPublicKey.TryParse(_bundle.Signer.PublicKey, out var own));
        Assert.Equal(own, (await VerifyAsync(bytes, own)).Signer);
    }

    [Fact]
    public void The_root_is_that_of_the_specification()
    {
        var entries = Enumerable.Range(1, 5).Select(number => BundleEntry.Of(BundlePath.List(number), [(byte)number])).ToList();
        var tree = new MerkleTree();
        foreach (var entry in entries)
            tree.Add(entry);
        var leaf = entries.Select(entry =>
        {
            var size = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(size, entry.Size);
            return SHA256.HashData([0, .. Ascii(entry.Path.Text), 0, .. size, .. Ascii(entry.Digest.ToString())]);
        }).ToList();
        var root = Node(Node(Node(leaf[0], leaf[1]), Node(leaf[2], leaf[3])), leaf[4]);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(root)}", tree.Root.ToString());

        static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

        static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);
    }

    private static Task<BundleVerification> VerifyAsync(byte[] archive, ReportPublicKey? key = null) =>
        BundleVerification.RunAsync(new MemoryStream(archive), key, null, CancellationToken.None);

    private static async Task RefusedAsync(byte[] archive, string what)
    {
        try
        {
            await VerifyAsync(archive);
        }
        catch (BundleException)
        {
            return;
        }

        Assert.Fail($"Not found: {what}.");
    }

    // Headers and all; the last piece is the end of the archive.
    private static List<byte[]> Split(byte[] archive)
    {
        var (files, begin) = (new List<byte[]>(), 0);
        for (var place = 0; archive[place] != 0;)
        {
            var size = Convert.ToInt32(System.Text.Encoding.ASCII.GetString(archive, place + 124, 11), 8);
            var isExtension = archive[place + 156] == 'x';
            place += Block + ((size + Block - 1) / Block * Block);
            if (isExtension)
                continue;
            files.Add(archive[begin..place]);
            begin = place;
        }

        return [.. files, archive[begin..]];
    }

    private static byte[] Join(IEnumerable<byte[]> files) => [.. files.SelectMany(file => file)];
}
