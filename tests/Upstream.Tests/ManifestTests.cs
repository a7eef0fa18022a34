using System.IO.Compression;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync.Tests;

public sealed class ManifestTests : UpstreamTest
{
    private const string Path = "/v2/team/app/manifests/latest";

    private static string ByDigest => $"/v2/team/app/manifests/{ImageDigest}";

    [Fact]
    public async Task A_head_says_digest_and_type()
    {
        Registry.On(Path, Answer.Bytes(
            Image, $"{MediaTypes.OciManifest}; charset=utf-8", ("Docker-Content-Digest", ImageDigest.ToString())));

        Assert.Equal(new(ImageDigest, MediaTypes.OciManifest), await Open().HeadManifestAsync(Latest));
        Assert.Equal("HEAD", Registry.Requests[0].Method);
        Assert.Contains(MediaTypes.DockerSchema1Signed, Registry.Requests[0].Header("Accept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_digest_says_none()
    {
        Registry.On(Path, Answer.Bytes(Image, MediaTypes.OciManifest));
        Assert.Equal(new(null, MediaTypes.OciManifest), await Open().HeadManifestAsync(Latest));
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_registry_without_heads_says_nothing(int status)
    {
        Registry.On(Path, Answer.Status(status));
        Assert.Equal(new(null, null), await Open().HeadManifestAsync(Latest));
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_asked_for_once()
    {
        Assert.Null(await Open().HeadManifestAsync(Latest));
        Assert.Null(await Open().GetManifestAsync(Latest));
        Assert.Equal(2, Registry.Requests.Count);
    }

    [Fact]
    public async Task By_tag_the_digest_is_that_of_the_bytes()
    {
        Registry.On(Path, Answer.Bytes(Image, MediaTypes.OciManifest));
        var manifest = await Open().GetManifestAsync(Latest);
        Assert.Equal((ImageDigest, MediaTypes.OciManifest), (manifest!.Digest, manifest.MediaType));
        Assert.Equal(Image, manifest.Bytes.ToArray());
    }

    [Fact]
    public async Task By_a_sha512_digest_the_bytes_are_hashed_so()
    {
        var digest = Digest.Parse($"sha512:{new string('0', 128)}").SameAlgorithmOver(Image);
        Registry.On($"/v2/team/app/manifests/{digest}", Answer.Bytes(Image, MediaTypes.OciManifest));
        Assert.Equal(digest, (await Open().GetManifestAsync(Reference.To(digest)))!.Digest);
    }

    [Fact]
    public async Task Another_digest_is_asked_for_again_and_then_refused()
    {
        Registry.On(ByDigest, Answer.Bytes([1, 2, 3], MediaTypes.OciManifest));

        var failure = await FailureOf(
            () => Open().GetManifestAsync(Reference.To(ImageDigest)), UpstreamFailure.Mismatch, ImageDigest.ToString());
        Assert.Contains(Digest.Sha256([1, 2, 3]).ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, Registry.Requests.Count);
    }

    [Fact]
    public async Task A_damaged_answer_is_followed_by_a_good_one()
    {
        Registry.On(
            Path,
            Answer.Bytes([1, 2, 3], MediaTypes.OciManifest, ("Docker-Content-Digest", ImageDigest.ToString())),
            Answer.Bytes(Image, MediaTypes.OciManifest, ("Docker-Content-Digest", ImageDigest.ToString())));
        Assert.Equal(ImageDigest, (await Open().GetManifestAsync(Latest))!.Digest);
    }

    [Fact]
    public async Task A_manifest_of_five_megabytes_is_refused()
    {
        Registry.On(Path, Answer.Bytes(new byte[5_000_000], MediaTypes.OciManifest));
        await FailureOf(() => Open().GetManifestAsync(Latest), UpstreamFailure.Unusable, "more than the 4194304 bytes");
    }

    [Fact]
    public async Task So_is_one_that_does_not_say_how_long_it_is()
    {
        Registry.On(Path, async context =>
        {
            context.Response.ContentType = MediaTypes.OciManifest;
            for (var i = 0; i < 5; i++)
                await context.Response.Body.WriteAsync(new byte[1_000_000]);
        });
        await FailureOf(() => Open().GetManifestAsync(Latest), UpstreamFailure.Unusable, "more than the 4194304 bytes");
    }

    [Fact]
    public async Task A_manifest_that_breaks_off_is_asked_for_again()
    {
        Registry.On(
            Path,
            Answer.Broken(Image[..10], Image.Length, MediaTypes.OciManifest),
            Answer.Bytes(Image, MediaTypes.OciManifest));
        Assert.Equal(ImageDigest, (await Open().GetManifestAsync(Latest))!.Digest);
    }

    [Fact]
    public async Task Compressed_bytes_are_refused()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            await gzip.WriteAsync(Image);
        Registry.On(Path, Answer.Bytes(packed.ToArray(), MediaTypes.OciManifest, ("Content-Encoding", "gzip")));

        await FailureOf(() => Open().GetManifestAsync(Latest), UpstreamFailure.Unusable, "compressed bytes");
        Assert.Equal("identity", Registry.Requests[0].Header("Accept-Encoding"));
    }

    [Fact]
    public async Task A_web_page_is_no_manifest()
    {
        Registry.On(Path, Answer.Html);
        await FailureOf(() => Open().GetManifestAsync(Latest), UpstreamFailure.Unusable, "answers text/html");
    }

    [Fact]
    public async Task A_signed_manifest_of_schema_1_is_known_by_its_type()
    {
        Registry.On(Path, Answer.Bytes(
            Image, MediaTypes.DockerSchema1Signed, ("Docker-Content-Digest", Digest.Sha256([1]).ToString())));
        Assert.Equal(MediaTypes.DockerSchema1Signed, (await Open().GetManifestAsync(Latest))!.MediaType);
    }
}
