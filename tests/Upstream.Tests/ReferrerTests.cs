using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync.Tests;

public sealed class ReferrerTests : UpstreamTest
{
    private static readonly Digest Subject = Digest.Sha256([1]);
    private static readonly string Path = $"/v2/team/app/referrers/{Subject}";

    [Fact]
    public async Task They_are_listed_over_all_pages()
    {
        var (first, second) = (Digest.Sha256([2]), Digest.Sha256([3]));
        Registry.On(
            Path,
            Answer.Bytes(Index(first), MediaTypes.OciIndex, ("Link", $"<{Path}?page=2>; rel=\"next\"")),
            Answer.Bytes(Index(first, second), MediaTypes.OciIndex));

        Assert.Equal([first, second], await Open().ListReferrersAsync(Subject));
        Assert.Equal(MediaTypes.OciIndex, Registry.Requests[0].Header("Accept"));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_registry_without_such_a_list_has_none(int status)
    {
        Registry.On(Path, Answer.Status(status));
        Assert.Null(await Open().ListReferrersAsync(Subject));
        Assert.Single(Registry.Requests);
    }

    [Fact]
    public async Task Another_answer_than_an_index_is_no_list()
    {
        Registry.On(Path, Answer.Html);
        Assert.Null(await Open().ListReferrersAsync(Subject));
    }

    [Fact]
    public async Task An_empty_list_is_one()
    {
        Registry.On(Path, Answer.Bytes(Index(), MediaTypes.OciIndex));
        Assert.Empty((await Open().ListReferrersAsync(Subject))!);
    }

    [Fact]
    public async Task The_first_thousand_are_taken()
    {
        var many = Enumerable.Range(0, 1200).Select(i => Digest.Sha256(BitConverter.GetBytes(i))).ToArray();
        Registry.On(Path, Answer.Bytes(Index(many), MediaTypes.OciIndex, ("Link", $"<{Path}?page=2>; rel=\"next\"")));
        Assert.Equal(many[..1000], await Open().ListReferrersAsync(Subject));
        Assert.Single(Registry.Requests);
    }

    [Fact]
    public async Task Links_in_a_circle_end()
    {
        Registry.On(Path, Answer.Bytes(Index(), MediaTypes.OciIndex, ("Link", $"<{Path}>; rel=\"next\"")));
        await FailureOf(() => Open().ListReferrersAsync(Subject), UpstreamFailure.Unusable, "circle");
    }

    private static byte[] Index(params Digest[] digests) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', digests.Select(digest => $$"""{"digest":"{{digest}}"}"""))}}]}""");
}
