using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests;

/// <summary>Files that come by the REST, whole or in chunks. Source: Pulp's REST: artifacts and uploads.</summary>
public abstract class UploadTests(Server server) : Scenario(server)
{
    [Fact]
    public async Task A_file_becomes_an_artifact_once()
    {
        var file = Encoding.UTF8.GetBytes(Unique("file"));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        foreach (var (name, value) in new[]
        {
            ("sha256", new string('0', 64)), ("sha512", "x"), ("size", "1"), ("size", "many"), ("md5", "x"), ("sha1", "x"), ("nonsense", "1"),
        })
        {
            var (refused, why) = await Pulp.SendFileAsync("artifacts_create", null, file, null, (name, value));
            Assert.Equal(400, refused);
            Assert.Equal([name], why!.AsObject().Select(one => one.Key));
        }

        Assert.Empty(await Pulp.ListAsync("artifacts_list", null, ("sha256", sha256)));
        var (status, artifact) = await Pulp.SendFileAsync(
            "artifacts_create", null, file, null, ("sha256", sha256.ToUpperInvariant()), ("size", $"{file.Length}"),
            ("sha512", Convert.ToHexStringLower(SHA512.HashData(file))));
        Assert.Equal(201, status);
        Assert.Equal((sha256, file.Length), ((string)artifact!["sha256"]!, (int)artifact["size"]!));
        Assert.Null(artifact["md5"]);
        Assert.False(artifact.AsObject().ContainsKey("created_resources"));
        Assert.Equal(artifact.ToJsonString(), (await Pulp.CallAsync("artifacts_read", (string)artifact["pulp_href"]!)).ToJsonString());
        Assert.Single(await Pulp.ListAsync("artifacts_list", null, ("sha256", sha256)));
        Assert.Equal(file, await File.ReadAllBytesAsync(Path.Combine(Server.DataDirectory, (string)artifact["file"]!)));

        (status, var again) = await Pulp.SendFileAsync("artifacts_create", null, file, null);
        Assert.Equal(400, status);
        Assert.Contains(sha256, again!.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(UploadFiles());

        var blob = Assert.Single(await Pulp.ListAsync("content_container_blobs_list", null, ("digest", "sha256:" + sha256)));
        await Pulp.CallAsync("orphans_cleanup_cleanup", body: Body(
            ("content_hrefs", Array((string)blob["pulp_href"]!)), ("orphan_protection_time", 0)));
        Assert.Equal(404, (await Pulp.RefuseAsync("artifacts_read", (string)artifact["pulp_href"]!)).Status);
    }

    [Fact]
    public async Task A_file_comes_in_chunks_in_any_order()
    {
        var file = RandomNumberGenerator.GetBytes(300_000);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        var upload = await Pulp.CallAsync("uploads_create", body: Body(("size", file.Length)));
        var href = (string)upload["pulp_href"]!;
        Assert.Equal(file.Length, (int)upload["size"]!);
        Assert.True(upload.ContainsKey("completed"));
        Assert.Equal(200, await ChunkAsync(href, file, 200_000, 300_000));
        Assert.Equal(200, await ChunkAsync(href, file, 0, 200_000));
        Assert.Equal(200, await ChunkAsync(href, file, 0, 200_000));
        Assert.Equal(400, await ChunkAsync(href, new byte[file.Length], 0, 200_000));
        Assert.Equal(400, await ChunkAsync(href, new byte[file.Length], 100_000, 250_000));
        var read = await Pulp.CallAsync("uploads_read", href);
        Assert.Equal("""[{"offset":0,"size":200000},{"offset":200000,"size":100000}]""", read["chunks"]!.ToJsonString());
        Assert.Contains(await Pulp.ListAsync("uploads_list"), one => (string)one["pulp_href"]! == href);
        Assert.Single(await Pulp.ListAsync("uploads_list", null, ("prn__in", (string)upload["prn"]!)));

        foreach (var bad in new[] { Body(), Body(("sha256", "x")), Body(("sha256", null)) })
            Assert.Equal(400, (await Pulp.RefuseAsync("uploads_commit", href, bad)).Status);
        var task = await Pulp.CallAsync("uploads_commit", href, Body(("sha256", sha256)));
        Assert.Equal("pulpcore.app.tasks.upload.commit", (string)task["name"]!);
        var artifact = await Pulp.CallAsync("artifacts_read", (string)task["created_resources"]![0]!);
        Assert.Equal(sha256, (string)artifact["sha256"]!);
        Assert.Equal(404, (await Pulp.RefuseAsync("uploads_read", href)).Status);
        Assert.Equal(file, await File.ReadAllBytesAsync(Path.Combine(Server.DataDirectory, (string)artifact["file"]!)));
        Assert.Empty(UploadFiles());
    }

    [Fact]
    public async Task What_does_not_fit_is_refused()
    {
        var file = Encoding.UTF8.GetBytes("0123456789");
        var href = (string)(await Pulp.CallAsync("uploads_create", body: Body(("size", 10))))["pulp_href"]!;
        foreach (var range in new[] { "", "bytes 0-10/10", "bytes 5-4/10", "bytes 0-4/10", "0-9", "bytes x", "bytes 0-99999999999999999999/10" })
            Assert.Equal(400, (await Pulp.SendFileAsync("uploads_update", href, file, range == "" ? null : ("Content-Range", range))).Status);
        Assert.Equal(400, (await Pulp.SendFileAsync(
            "uploads_update", href, file, ("Content-Range", "bytes 0-9/10"), ("sha256", new string('0', 64)))).Status);
        Assert.Equal(400, (await Pulp.RefuseAsync("uploads_commit", href, Body(("sha256", new string('0', 64))))).Status);
        Assert.Equal(200, (await Pulp.SendFileAsync("uploads_update", href, file, ("Content-Range", "bytes 0-9/10"))).Status);
        var failure = await Assert.ThrowsAsync<TaskFailedException>(
            () => Pulp.CallAsync("uploads_commit", href, Body(("sha256", new string('0', 64)))));
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(file)), failure.Message, StringComparison.Ordinal);

        foreach (var size in new JsonNode?[] { -1, null, "x", 1e300 })
            Assert.Equal(400, (await Pulp.RefuseAsync("uploads_create", null, Body(("size", size)))).Status);
        href = (string)(await Pulp.CallAsync("uploads_create", body: Body(("size", 10))))["pulp_href"]!;
        await Pulp.CallAsync("uploads_delete", href);
        Assert.Equal(404, (await Pulp.RefuseAsync("uploads_delete", href)).Status);
        Assert.Equal(404, (await Pulp.SendFileAsync("uploads_update", href, file, ("Content-Range", "bytes 0-9/10"))).Status);
        Assert.Empty(UploadFiles());
    }

    [Theory]
    [InlineData("multipart/form-data", "x", 400)]
    [InlineData("multipart/form-data; boundary=b", "x", 400)]
    [InlineData("multipart/form-data; boundary=b", "", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=file\r\n\r\nabc", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\n\r\nabc\r\n--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=sha256\r\n\r\nabc\r\n--b--\r\n", 400)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=sha256\r\n\r\na\0c\r\n--b--\r\n", 400)]
    [InlineData("application/json", "{}", 415)]
    [InlineData("text/plain", "x", 415)]
    public async Task A_form_that_is_none_is_refused(string type, string text, int expected)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await Http.PostAsync("/pulp/api/v3/artifacts/", content);
        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Empty(UploadFiles());
    }

    private async Task<int> ChunkAsync(string href, byte[] file, int from, int to) => (await Pulp.SendFileAsync(
        "uploads_update", href, file[from..to], ("Content-Range", $"bytes {from}-{to - 1}/{file.Length}"),
        ("sha256", Convert.ToHexStringLower(SHA256.HashData(file[from..to]))))).Status;

    private IEnumerable<string> UploadFiles()
    {
        var folder = Path.Combine(Server.DataDirectory, "uploads", Guid.Empty.ToString("N"));
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
    }
}

public sealed class SqliteUploadTests(SqliteServer server) : UploadTests(server), IClassFixture<SqliteServer>;

public sealed class PostgresUploadTests(PostgresServer server) : UploadTests(server), IClassFixture<PostgresServer>;
