using OrleansRegistry.Oci;

namespace OrleansRegistry.Sync.Tests;

public sealed class ExtensionTests : UpstreamTest
{
    private static readonly Digest Manifest = Digest.Sha256([1]);
    private static readonly string Path = $"/extensions/v2/team/app/signatures/{Manifest}";
    private static readonly (string, string) Supported = ("X-Registry-Supports-Signatures", "1");

    [Theory]
    [InlineData(200, "1", SignatureSource.Extension)]
    [InlineData(401, "1", SignatureSource.Extension)]
    [InlineData(200, "true", SignatureSource.None)]
    [InlineData(500, "1", SignatureSource.None)]
    public async Task It_is_there_where_the_registry_says_so(int status, string value, SignatureSource source)
    {
        Registry.On("/v2/", Answer.Status(status, ("X-Registry-Supports-Signatures", value)));
        Assert.Equal(source, await Open(secrets: new("anna", "s3cret")).FindSignatureSourceAsync());
        Assert.Null(Assert.Single(Registry.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task What_the_registry_said_is_remembered_for_a_while()
    {
        Registry.On("/v2/", Answer.Status(200, Supported));
        var upstream = Open();
        await upstream.FindSignatureSourceAsync();
        await upstream.FindSignatureSourceAsync();
        Assert.Single(Registry.Requests);

        Time.Advance(TimeSpan.FromMinutes(11));
        await upstream.FindSignatureSourceAsync();
        Assert.Equal(2, Registry.Requests.Count);
    }

    [Fact]
    public async Task A_registry_without_signatures_has_none()
    {
        Assert.Empty(await Open().ListSignaturesAsync(Manifest));
        Assert.Empty(Registry.RequestsFor(Path));
    }

    [Fact]
    public async Task Entries_of_other_types_are_passed_over()
    {
        Registry.On("/v2/", Answer.Status(200, Supported));
        Registry.On(Path, Answer.Json(
            """
            {"signatures":[
              {"schemaVersion":2,"type":"atomic","name":"a@1","content":"AQ=="},
              {"version":2,"type":"atomic","content":"Ag=="},
              {"schemaVersion":1,"type":"atomic","content":"Aw=="},
              {"schemaVersion":2,"type":"other","content":"BA=="},
              {"schemaVersion":2,"type":"atomic","content":"?"},
              {"schemaVersion":2,"type":"atomic"},
              {"schemaVersion":"2","type":"atomic","content":"BQ=="},
              7]}
            """));
        Assert.Equal([[1], [2]], await Open().ListSignaturesAsync(Manifest));
    }

    [Fact]
    public async Task It_takes_the_login_of_pulls()
    {
        Registry.On("/v2/", Answer.Status(401, Supported));
        Registry.On(Path, Answer.To(
            "Bearer abc", $"Bearer realm=\"{Registry.Url}/token\"",
            Answer.Json("""{"signatures":[{"schemaVersion":2,"type":"atomic","content":"AQ=="}]}""")));
        Registry.On("/token", Answer.Json("""{"token":"abc"}"""));
        Assert.Equal([[1]], await Open().ListSignaturesAsync(Manifest));
    }

    [Fact]
    public async Task Not_found_is_none()
    {
        Registry.On("/v2/", Answer.Status(200, Supported));
        Assert.Empty(await Open().ListSignaturesAsync(Manifest));
        Assert.Single(Registry.RequestsFor(Path));
    }

    [Fact]
    public async Task A_hundred_and_twenty_eight_are_used()
    {
        const string Entry = """{"schemaVersion":2,"type":"atomic","content":"AQ=="}""";
        Registry.On("/v2/", Answer.Status(200, Supported));
        Registry.On(Path, Answer.Json($$"""{"signatures":[{{string.Join(',', Enumerable.Repeat(Entry, 200))}}]}"""));
        Assert.Equal(128, (await Open().ListSignaturesAsync(Manifest)).Count);
    }

    [Fact]
    public async Task A_web_page_is_refused()
    {
        Registry.On("/v2/", Answer.Status(200, Supported));
        Registry.On(Path, Answer.Html);
        await FailureOf(() => Open().ListSignaturesAsync(Manifest), UpstreamFailure.Unusable, "answers text/html");
    }
}
