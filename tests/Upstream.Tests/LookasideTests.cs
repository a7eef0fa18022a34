using Microsoft.AspNetCore.Http;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

public sealed class LookasideTests : UpstreamTest
{
    private static readonly Digest Manifest = Digest.Sha256([1]);
    private static readonly string Nothing = $"/sigs/team/app@sha256={new string('0', 64)}/signature-1";

    private RemoteSettings WithStore => Remote with { Sigstore = $"{Registry.Url}/sigs/" };

    [Fact]
    public async Task Signatures_are_read_until_one_is_absent_and_nobody_logs_in()
    {
        for (var number = 1; number <= 3; number++)
            Registry.On(Path(number), Answer.Bytes([(byte)number], "application/octet-stream"));
        var upstream = Open(WithStore, new("anna", "s3cret"));

        Assert.Equal([[1], [2], [3]], await upstream.ListSignaturesAsync(Manifest));
        Assert.Equal(
            [Path(1), Path(2), Path(3), Path(4)], Registry.Requests.Select(request => request.Target));
        Assert.All(Registry.Requests, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public async Task The_registry_is_not_asked_for_its_extension()
    {
        Assert.Equal(SignatureSource.Lookaside, await Open(WithStore).FindSignatureSourceAsync());
        Assert.Empty(Registry.Requests);
    }

    [Fact]
    public async Task No_more_are_read_than_clients_take()
    {
        for (var number = 1; number <= 130; number++)
            Registry.On(Path(number), Answer.Bytes([1], "application/octet-stream"));
        Assert.Equal(128, (await Open(WithStore).ListSignaturesAsync(Manifest)).Count);
    }

    [Fact]
    public async Task One_that_is_too_large_comes_cut()
    {
        Registry.On(Path(1), Answer.Bytes(new byte[1_000_000], "application/octet-stream"));
        Registry.On(Path(2), Answer.Bytes([2], "application/octet-stream"));
        var signatures = await Open(WithStore).ListSignaturesAsync(Manifest);
        Assert.Equal([65_537, 1], signatures.Select(signature => signature.Length));
    }

    [Fact]
    public async Task A_store_that_says_403_for_what_is_absent_is_understood_and_asked_once()
    {
        Registry.On(Path(1), Answer.Bytes([1], "application/octet-stream"));
        Registry.On(Path(2), Answer.Status(403));
        Registry.On(Nothing, Answer.Status(403));
        var upstream = Open(WithStore);

        Assert.Equal([[1]], await upstream.ListSignaturesAsync(Manifest));
        Assert.Equal([[1]], await upstream.ListSignaturesAsync(Manifest));
        Assert.Single(Registry.RequestsFor(Nothing));

        Time.Advance(TimeSpan.FromMinutes(11));
        await upstream.ListSignaturesAsync(Manifest);
        Assert.Equal(2, Registry.RequestsFor(Nothing).Count);
    }

    [Fact]
    public async Task A_403_only_here_is_a_failure()
    {
        Registry.On(Path(1), Answer.Status(403));
        await FailureOf(
            () => Open(WithStore).ListSignaturesAsync(Manifest), UpstreamFailure.SignaturesUnavailable, "answers 403");
    }

    [Theory]
    [InlineData(401, 1)]
    [InlineData(410, 1)]
    [InlineData(500, 4)]
    public async Task Every_other_answer_is_a_failure_too(int status, int requests)
    {
        Registry.On(Path(1), Answer.Status(status));
        var failure = await FailureOf(
            () => Open(WithStore).ListSignaturesAsync(Manifest), UpstreamFailure.SignaturesUnavailable, $"answers {status}");
        Assert.Contains(Registry.Host, failure.Message, StringComparison.Ordinal);
        Assert.Equal(requests, Registry.Requests.Count);
    }

    [Fact]
    public async Task A_store_in_trouble_is_asked_again()
    {
        RequestDelegate[] answers = [Answer.Status(503), Answer.Bytes([1], "application/octet-stream")];
        Registry.On(Path(1), answers);
        Assert.Equal([[1]], await Open(WithStore).ListSignaturesAsync(Manifest));
    }

    [Fact]
    public async Task A_store_on_another_host_learns_no_header()
    {
        var store = await StartAnotherAsync();
        store.On("/team/app@sha256=" + Manifest.Hex + "/signature-1", Answer.Bytes([1], "application/octet-stream"));
        var remote = Remote with { Sigstore = store.Url, Headers = [new("X-Key", "k")] };
        Assert.Equal([[1]], await Open(remote).ListSignaturesAsync(Manifest));
        Assert.Null(store.Requests[0].Header("X-Key"));
    }

    private static string Path(int number) => $"/sigs/team/app@sha256={Manifest.Hex}/signature-{number}";
}
