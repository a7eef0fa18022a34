using System.Formats.Tar;
using System.Text;

namespace OrleansRegistry.Bundles.Tests;

/// <summary>Archives that somebody else made: refused with a sentence, whatever they hold.</summary>
public sealed class HostileArchiveTests
{
    [Theory]
    [InlineData("../registry.json", TarEntryType.RegularFile)]
    [InlineData("/registry.json", TarEntryType.RegularFile)]
    [InlineData("registry.json", TarEntryType.SymbolicLink)]
    [InlineData("registry.json", TarEntryType.HardLink)]
    [InlineData("registry.json", TarEntryType.Directory)]
    [InlineData("registry.json", TarEntryType.CharacterDevice)]
    [InlineData("registry.json", TarEntryType.Fifo)]
    public async Task Only_files_that_a_bundle_has_are_read(string name, TarEntryType type)
    {
        using var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var entry = new UstarTarEntry(type, name);
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                entry.LinkName = "/etc/passwd";
            if (type is TarEntryType.RegularFile)
                entry.DataStream = new MemoryStream("{}"u8.ToArray());
            await writer.WriteEntryAsync(entry);
        }

        await RefusedAsync(archive.ToArray());
    }

    [Fact]
    public async Task A_header_that_claims_gigabytes_takes_none()
    {
        var header = TarHeader.Write("registry.json", 7L * 1024 * 1024 * 1024);
        Assert.Contains("at most", (await RefusedAsync(header)).Message, StringComparison.Ordinal);
        var extended = TarHeader.Write(new string('a', 200), 1);
        Encoding.ASCII.GetBytes("77777777777").CopyTo(extended, 124); // the length of the extended header
        await RefusedAsync(extended);
    }

    [Theory]
    [InlineData("registry.json", 0)]
    [InlineData("registry.json", 12345)]
    [InlineData("signatures/team/app@sha256=0000000000000000000000000000000000000000000000000000000000000000/signature-1", 1)]
    [InlineData("blobs/sha256/x", 9_000_000_000)]
    public async Task A_header_says_what_was_written(string path, long size)
    {
        var read = await TarHeader.ReadAsync(new MemoryStream(TarHeader.Write(path, size)), CancellationToken.None);
        Assert.Equal((path, size), read);
    }

    [Theory]
    [InlineData("blobs/sha256/../x")]
    [InlineData("blobs/sha256/ABC")]
    [InlineData("blobs/md5/0123")]
    [InlineData("signatures/../a@sha256=00/signature-1")]
    [InlineData("signatures/Team@sha256=0000000000000000000000000000000000000000000000000000000000000000/signature-1")]
    [InlineData("signatures/a@sha256=0000000000000000000000000000000000000000000000000000000000000000/signature-0")]
    [InlineData("contents/0.jsonl")]
    [InlineData("contents/1.jsonl/")]
    [InlineData("registry.json")]
    [InlineData("")]
    public void Nothing_lies_where_no_bundle_has_anything(string path) => Assert.False(BundlePath.TryParse(path, out _));

    [Fact]
    public void A_document_that_says_too_much_or_contradicts_itself_is_refused()
    {
        Assert.Equal(2, Read(Document(2)).Repositories.Count);
        Assert.Contains("more than", Refuse(Document(10_001)), StringComparison.Ordinal);
        Assert.Contains("contradicts", Refuse(Document(1) with { AlsoBlobs = ["nothing"] }), StringComparison.Ordinal);
        var twice = Document(2);
        Assert.Contains(
            "contradicts", Refuse(twice with { Repositories = [.. twice.Repositories.Reverse()] }), StringComparison.Ordinal);
        Assert.Contains(
            "malformed",
            Assert.Throws<BundleException>(() => BundleDocument.Read(
                Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Document(1).Write()).Replace("\"image\"", "\"imago\"")))).Message,
            StringComparison.Ordinal);

        static BundleDocument Read(BundleDocument document) => BundleDocument.Read(document.Write());

        static string Refuse(BundleDocument document) => Assert.Throws<BundleException>(() => Read(document)).Message;
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":"another"}""")]
    public void What_is_no_document_is_refused(string text) =>
        Assert.Throws<BundleException>(() => BundleDocument.Read(Encoding.UTF8.GetBytes(text)));

    private static BundleDocument Document(int repositories) => new(
        BundleDocument.CurrentFormat, Guid.NewGuid(), Guid.NewGuid(), DateTimeOffset.UnixEpoch, BundleKind.Full, null,
        [
            .. Enumerable.Range(1, repositories).Select(number => new BundledRepository(
                Guid.NewGuid(), "a", "a", 1, DateTimeOffset.UnixEpoch, null, $"contents/{number}.jsonl", null, null,
                new Dictionary<string, string?>(), [], false)),
        ],
        new Dictionary<string, string>(), [], new(0, 0, 0, 0, 0, ""), "");

    private static async Task<BundleException> RefusedAsync(byte[] archive) =>
        await Assert.ThrowsAsync<BundleException>(() => BundleVerification.RunAsync(
            new MemoryStream(archive), null, null, CancellationToken.None));
}
