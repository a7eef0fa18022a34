namespace OrleansRegistry.Bundles.Tests;

/// <summary>Chunks are byte ranges of one stream.</summary>
public sealed class ChunkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chunks-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(99, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(250, 3)]
    public async Task What_is_written_is_read(int size, int chunks)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var toc = await WriteAsync(bytes, 100);
        Assert.Equal(size == 0 ? 0 : chunks, toc.Files.Count);
        Assert.Equal(bytes, await ReadAsync(toc));
    }

    [Fact]
    public async Task A_chunk_that_was_altered_or_swapped_is_found()
    {
        var bytes = new byte[250];
        new Random(7).NextBytes(bytes);
        var toc = await WriteAsync(bytes, 100);
        var first = Path.Combine(_directory, toc.Files[0].Key);
        var second = Path.Combine(_directory, toc.Files[1].Key);
        File.Move(first, $"{first}.kept");
        File.Copy(second, first);
        await Assert.ThrowsAsync<BundleException>(() => ReadAsync(toc));
        File.Move($"{first}.kept", first, overwrite: true);
        Assert.Equal(bytes, await ReadAsync(toc));
    }

    [Fact]
    public async Task A_failed_export_leaves_no_file()
    {
        await using var output = new ChunkedOutput(Path.Combine(_directory, "bundle.tar"), 100);
        await output.WriteAsync(new byte[250]);
        await output.DeleteAsync();
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_written_over()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "bundle.tar.0000"), "mine");
        await using var output = new ChunkedOutput(Path.Combine(_directory, "bundle.tar"), 100);
        await Assert.ThrowsAsync<IOException>(async () => await output.WriteAsync(new byte[1]));
        await output.DeleteAsync();
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(_directory, "bundle.tar.0000")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"files":{}}""")]
    [InlineData("""{"files":{"../outside":"0"}}""")]
    [InlineData("""{"files":{"a":1}}""")]
    [InlineData("""{"files":{"a":null}}""")]
    [InlineData("""{"files":{"a":"0"},"meta":{"checksum_type":"sha1"}}""")]
    public async Task What_is_no_table_of_contents_is_refused(string text)
    {
        var path = Path.Combine(_directory, "toc.json");
        await File.WriteAllTextAsync(path, text);
        await Assert.ThrowsAsync<BundleException>(() => TableOfContents.ReadAsync(path, CancellationToken.None));
    }

    private async Task<TableOfContents> WriteAsync(byte[] bytes, long chunkSize)
    {
        await using var output = new ChunkedOutput(Path.Combine(_directory, "bundle.tar"), chunkSize);
        foreach (var piece in bytes.Chunk(33))
            await output.WriteAsync(piece);
        await output.CompleteAsync(CancellationToken.None);
        return TableOfContents.Of(output.Written, chunkSize, null);
    }

    private async Task<byte[]> ReadAsync(TableOfContents toc)
    {
        await using var input = new ChunkedInput(
            [.. toc.Files.Select(file => new ListedChunk(Path.Combine(_directory, file.Key), file.Value))]);
        using var all = new MemoryStream();
        await input.CopyToAsync(all);
        return all.ToArray();
    }
}
