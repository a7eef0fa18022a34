using System.Net;
using System.Net.Http.Headers;
using OrleansRegistry.Exchange;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests;

/// <summary>The bytes of an export: its chunks as one file.</summary>
public abstract class ExportDownloadTests(Server server) : ExchangeScenario(server)
{
    private readonly byte[] _bytes = RandomBytes(300_000);

    [Fact]
    public async Task The_chunks_come_as_one_file()
    {
        var (href, record) = await KeepAsync(100_000, 150_000, 50_000);
        using var answer = await Http.GetAsync(href + "download/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(_bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/x-tar", $"{answer.Content.Headers.ContentType}");
        Assert.Equal(_bytes.Length, answer.Content.Headers.ContentLength);
        Assert.Equal($"\"{record.Id}\"", $"{answer.Headers.ETag}");
        Assert.Equal($"export-{record.Id}.tar", answer.Content.Headers.ContentDisposition!.FileName);

        using var head = await Http.SendAsync(new(HttpMethod.Head, href + "download/"));
        Assert.Equal((HttpStatusCode.OK, (long?)_bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99_999, 100_000)]
    [InlineData(1, 299_999)]
    [InlineData(250_000, null)]
    [InlineData(null, 70_000)]
    public async Task A_part_may_begin_in_one_chunk_and_end_in_another(int? from, int? to)
    {
        var (href, _) = await KeepAsync(100_000, 150_000, 50_000);
        using var request = new HttpRequestMessage(HttpMethod.Get, href + "download/");
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        var begin = from ?? _bytes.Length - to!.Value;
        var end = from is null || to is null ? _bytes.Length : to.Value + 1;
        Assert.Equal(_bytes[begin..end], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_lies_behind_the_end_cannot_be_had()
    {
        var (href, _) = await KeepAsync(300_000);
        using var request = new HttpRequestMessage(HttpMethod.Get, href + "download/");
        request.Headers.Range = new RangeHeaderValue(300_000, null);
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
    }

    [Fact]
    public async Task Files_that_are_gone_longer_or_elsewhere_are_not_sent()
    {
        var (href, record) = await KeepAsync(100_000, 200_000);
        var file = record.Files[1].Path;
        await RefusedAsync("has 200001 bytes", () => File.AppendAllText(file, "x"));
        await RefusedAsync("There is no file", () => File.Delete(file));
        await RefusedAsync("is not an allowed path", () =>
        {
            var outside = Path.Combine(Server.DataDirectory, $"{Guid.NewGuid():N}");
            File.WriteAllBytes(outside, _bytes[100_000..]);
            File.CreateSymbolicLink(file, outside);
        });
        async Task RefusedAsync(string why, Action change)
        {
            change();
            using var answer = await Http.GetAsync(href + "download/");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Contains(why, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task There_is_nothing_to_download_where_there_is_no_export()
    {
        var exporter = await ExporterAsync();
        using var answer = await Http.GetAsync($"{exporter}exports/{Guid.NewGuid()}/download/");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(13).NextBytes(bytes);
        return bytes;
    }

    private async Task<(string Href, ExportRecord Record)> KeepAsync(params int[] sizes)
    {
        var exporter = await ExporterAsync();
        var id = Guid.CreateVersion7();
        var (files, offset) = (new List<ExportFile>(), 0);
        foreach (var size in sizes)
        {
            var path = Path.Combine(Bundles, $"export-{id}.tar.{files.Count:D4}");
            await File.WriteAllBytesAsync(path, _bytes[offset..(offset + size)]);
            files.Add(new(path, size, "00000000"));
            offset += size;
        }

        var record = new ExportRecord(
            id, IdOf(exporter), DateTimeOffset.UtcNow, null, "{}", [], files, new($"{Bundles}/toc", new('a', 64), "{}"));
        await using var catalogue = Server.OpenCatalogue();
        var store = new ExportStore(catalogue, TimeProvider.System);
        await store.KeepAsync(record, CancellationToken.None);
        return ($"{exporter}exports/{id}/", record);
    }
}

public sealed class SqliteExportDownloadTests(SqliteServer server) : ExportDownloadTests(server);

public sealed class PostgresExportDownloadTests(PostgresServer server) : ExportDownloadTests(server);
