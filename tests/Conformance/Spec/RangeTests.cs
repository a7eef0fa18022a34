using System.Net.Http.Headers;

namespace OrleansRegistry.Conformance;

/// <summary>Parts of blobs, and requests that depend on what a client has. Source: RFC 9110, 13 and 14.</summary>
public abstract class RangeTests(RunningRegistry registry)
{
    [Theory]
    [InlineData("bytes=0-", 200)]
    [InlineData("bytes=0-0", 200)]
    [InlineData("bytes=-5", 200)]
    [InlineData("bytes=7-9, 20-", 200)]
    public async Task Every_range_of_an_empty_blob_is_all_of_it(string range, int status)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(0));
        using var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: {range}");
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("0", response.Header("Content-Length"));
        Assert.Null(response.Header("Content-Range"));
    }

    [Theory]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes=-")]
    [InlineData("bytes=x-y")]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=1-2,x")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes 0-10")]
    [InlineData("rows=0-10")]
    [InlineData("bytes=0-10,5-20")]
    [InlineData("bytes=0-,-10")]
    public async Task What_is_no_range_or_asks_for_bytes_twice_gets_the_whole(string range)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: {range}").Answers(200);
        Assert.Equal(blob.Bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("bytes", response.Header("Accept-Ranges"));
    }

    [Theory]
    [InlineData("BYTES=0-9", 206, "bytes 0-9/1000")]
    [InlineData("bytes= 0-9 ,", 206, "bytes 0-9/1000")]
    [InlineData("bytes=-5000", 206, "bytes 0-999/1000")]
    [InlineData("bytes=999-99999999999999999999999999", 206, "bytes 999-999/1000")]
    [InlineData("bytes=1000-2000,0-9", 206, "bytes 0-9/1000")]
    [InlineData("bytes=-0", 416, "bytes */1000")]
    [InlineData("bytes=99999999999999999999999999-", 416, "bytes */1000")]
    [InlineData("bytes=1000-,2000-", 416, "bytes */1000")]
    public async Task A_range_is_written_in_many_ways(string range, int status, string answered)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: {range}").Answers(status);
        Assert.Equal(answered, response.Header("Content-Range"));
    }

    [Theory]
    [InlineData("bytes=0-9,20-29", "0-9 20-29")]
    [InlineData("bytes=990-,0-0", "990-999 0-0")]
    [InlineData("bytes=0-9,-10,5000-", "0-9 990-999")]
    public async Task Several_ranges_are_parts_of_one_answer(string range, string expected)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: {range}").Answers(206);
        Assert.Null(response.Header("Content-Range"));
        Assert.Equal(blob.Digest, response.Header("Docker-Content-Digest"));
        var parts = await PartsAsync(response);
        Assert.Equal(expected, string.Join(' ', parts.Select(part => $"{part.Range.From}-{part.Range.To}")));
        Assert.All(parts, part =>
        {
            Assert.Equal(1000, part.Range.Length);
            Assert.Equal(blob.Bytes[(int)part.Range.From!..((int)part.Range.To! + 1)], part.Bytes);
        });
    }

    [Theory]
    [InlineData(1024, 206)]
    [InlineData(1025, 200)]
    public async Task Up_to_1024_parts_of_a_layer_are_sent_at_once(int count, int status)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(3_000_000));
        var range = string.Join(',', Enumerable.Range(0, count).Select(part => $"{part * 2900}-{(part * 2900) + 1400}"));
        var response = await repository.GetAsync($"blobs/{blob.Digest}", $"Range: bytes={range}").Answers(status);
        if (status == 200)
        {
            Assert.Equal(blob.Bytes, await response.Content.ReadAsByteArrayAsync());
            return;
        }

        var parts = await PartsAsync(response);
        Assert.Equal(count, parts.Count);
        Assert.All(parts, part => Assert.Equal(blob.Bytes[(int)part.Range.From!..((int)part.Range.To! + 1)], part.Bytes));
    }

    [Theory]
    [InlineData("bytes=0-9")]
    [InlineData("bytes=0-9,20-29")]
    [InlineData("bytes=5000-")]
    public async Task A_range_means_nothing_to_HEAD(string range)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        var head = await repository.SendAsync("HEAD", $"blobs/{blob.Digest}", null, $"Range: {range}").Answers(200);
        Assert.Equal(("1000", "bytes"), (head.Header("Content-Length"), head.Header("Accept-Ranges")));
        Assert.Null(head.Header("Content-Range"));
    }

    [Theory]
    [InlineData("\"{0}\"", 206)]
    [InlineData("W/\"{0}\"", 200)]
    [InlineData("\"other\"", 200)]
    [InlineData("Fri, 01 Jan 2100 00:00:00 GMT", 200)]
    [InlineData("nonsense", 200)]
    public async Task A_range_counts_if_the_client_has_part_of_the_same_bytes(string ifRange, int status)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        await repository.GetAsync(
            $"blobs/{blob.Digest}", "Range: bytes=0-9", $"If-Range: {ifRange.Replace("{0}", blob.Digest)}").Answers(status);
    }

    [Theory]
    [InlineData("If-None-Match: \"{0}\"", 304)]
    [InlineData("If-None-Match: W/\"{0}\"", 304)]
    [InlineData("If-None-Match: \"a,b\", W/\"x\" ,\"{0}\"", 304)]
    [InlineData("If-None-Match: *", 304)]
    [InlineData("If-None-Match: \"other\"", 200)]
    [InlineData("If-None-Match: \"other\", W/\"another\"", 200)]
    [InlineData("If-None-Match: nonsense", 200)]
    [InlineData("If-Match: \"{0}\"", 200)]
    [InlineData("If-Match: \"x\", \"{0}\"", 200)]
    [InlineData("If-Match: *", 200)]
    [InlineData("If-Match: W/\"{0}\"", 412)]
    [InlineData("If-Match: \"other\"", 412)]
    public async Task What_a_client_has_is_compared_with_what_is_here(string header, int status)
    {
        var repository = registry.NewRepository();
        var blob = await repository.PushBlobAsync(Named.Random(1000));
        var image = await repository.PushManifestAsync(Manifests.Image(blob, []), "v1");
        foreach (var (path, digest) in new[]
        {
            ($"blobs/{blob.Digest}", blob.Digest),
            ($"manifests/{image.Digest}", image.Digest),
            ("manifests/v1", image.Digest),
        })
            foreach (var method in (string[])["GET", "HEAD"])
            {
                var answer = await repository.SendAsync(method, path, null, header.Replace("{0}", digest)).Answers(status);
                Assert.Equal($"\"{digest}\"", answer.Header("ETag"));
                if (status == 304)
                    Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
            }
    }

    private static async Task<List<(ContentRangeHeaderValue Range, byte[] Bytes)>> PartsAsync(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType!;
        Assert.Equal("multipart/byteranges", type.MediaType);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), response.Header("Content-Length"));
        var boundary = System.Text.Encoding.ASCII.GetBytes($"--{Assert.Single(type.Parameters).Value}");
        var parts = new List<(ContentRangeHeaderValue, byte[])>();
        var at = 0;
        while (true)
        {
            Assert.True(bytes.AsSpan(at).StartsWith(boundary));
            at += boundary.Length;
            if (bytes.AsSpan(at).SequenceEqual("--\r\n"u8))
                return parts;
            var head = bytes.AsSpan(at).IndexOf("\r\n\r\n"u8);
            var lines = System.Text.Encoding.ASCII.GetString(bytes, at + 2, head - 2).Split("\r\n");
            Assert.Equal("Content-Type: application/octet-stream", lines[0]);
            var range = ContentRangeHeaderValue.Parse(lines[1]["Content-Range: ".Length..]);
            at += head + 4;
            var length = (int)(range.To! - range.From! + 1);
            parts.Add((range, bytes[at..(at + length)]));
            at += length;
            Assert.True(bytes.AsSpan(at).StartsWith("\r\n"u8));
            at += 2;
        }
    }
}

[Collection(nameof(OnSqlite))]
public sealed class RangeTestsOnSqlite(OnSqlite registry) : RangeTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class RangeTestsOnPostgres(OnPostgres registry) : RangeTests(registry);
