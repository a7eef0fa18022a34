using System.Diagnostics;

namespace OrleansRegistry.Conformance;

/// <summary>What no client should send gets a refusal that says why, and touches nothing.</summary>
public abstract class BadInputTests(RunningRegistry registry)
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("GET", "/v2/../../etc/passwd")]
    [InlineData("GET", "/v2/team/../../../etc/passwd/tags/list")]
    [InlineData("GET", "/v2/team/%2e%2e/%2e%2e/tags/list")]
    [InlineData("GET", "/v2/team/%2E%2E/tags/list")]
    [InlineData("GET", "/v2/team/./tags/list")]
    [InlineData("GET", "/v2/..%2f..%2fetc/tags/list")]
    [InlineData("GET", "/v2/team%2fapp/tags/list")]
    [InlineData("GET", "/v2/team%5capp/tags/list")]
    [InlineData("GET", "/v2/team\\app/tags/list")]
    [InlineData("GET", "/v2/Team/tags/list")]
    [InlineData("GET", "/v2/team//app/tags/list")]
    [InlineData("GET", "/v2/-team/tags/list")]
    [InlineData("GET", "/v2/team-/tags/list")]
    [InlineData("GET", "/v2/te..am/tags/list")]
    [InlineData("GET", "/v2/te___am/tags/list")]
    [InlineData("GET", "/v2/te%20am/tags/list")]
    [InlineData("GET", "/v2/t%C3%A9am/tags/list")]
    [InlineData("GET", "/v2/team:app/tags/list")]
    [InlineData("GET", "/v2/team%3aapp/tags/list")]
    [InlineData("GET", "/v2/team%0a/tags/list")]
    [InlineData("POST", "/v2/Team/blobs/uploads/")]
    [InlineData("POST", "/v2/../blobs/uploads/")]
    [InlineData("POST", "/v2/%2e%2e/blobs/uploads/")]
    [InlineData("PUT", "/v2/TEAM/manifests/v1")]
    [InlineData("DELETE", "/v2/TEAM/manifests/v1")]
    public async Task A_name_that_is_none_is_refused(string method, string target) =>
        await RefusedAsync(method, target, "NAME_INVALID");

    // A proxy in front may guard paths by their spelling.
    [Theory]
    [InlineData("/V2/team/app/tags/list")]
    [InlineData("/v%32/team/app/tags/list")]
    [InlineData("/x/../v2/team/app/tags/list")]
    [InlineData("/V2/team:app/tags/list")]
    [InlineData("/Extensions/v2/team/app/signatures/")]
    public async Task Another_spelling_of_a_path_leads_nowhere(string target) => await RefusedAsync("GET", target, "NAME_UNKNOWN");

    [Theory]
    [InlineData("/v2/NAME/tags/list")]
    [InlineData("/v2/_catalog")]
    [InlineData("/extensions/v2/NAME/signatures/")]
    public async Task A_place_that_no_list_has_is_refused_and_the_next_page_is_not(string path)
    {
        var repository = registry.NewRepository();
        await repository.PushImageAsync("v1");
        path = path.Replace("NAME", repository.Name);
        for (var i = 0; i < 3; i++)
        {
            await registry.Client.GetAsync($"{path}?last=%00").Answers(400, null);
            await registry.Client.GetAsync($"{path}?last=a%00").Answers(400, null);
            await registry.Client.GetAsync($"{path}?last=a").Answers(200);
        }
    }

    // A page of another site may have given its own name to this machine's address.
    [Theory]
    [InlineData("evil.example.com", 403)]
    [InlineData("evil.example.com:80", 403)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.2:1", 200)]
    [InlineData("[::1]:5000", 200)]
    [InlineData("registry.localhost", 200)]
    public async Task Where_nobody_is_asked_for_a_password_a_foreign_name_is_refused(string host, int status)
    {
        using var answer = await registry.Client.GetAsync("/v2/", $"Host: {host}");
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "blobs/sha256:")]
    [InlineData("GET", "blobs/sha256:abc")]
    [InlineData("GET", "blobs/sha256:" + Zeros + "0")]
    [InlineData("GET", "blobs/sha256:ABCDEF0000000000000000000000000000000000000000000000000000000000")]
    [InlineData("GET", "blobs/SHA256:" + Zeros)]
    [InlineData("GET", "blobs/md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("GET", "blobs/sha384:" + Zeros + "00000000000000000000000000000000")]
    [InlineData("GET", "blobs/sha512:" + Zeros)]
    [InlineData("GET", "blobs/" + Zeros)]
    [InlineData("GET", "blobs/latest")]
    [InlineData("GET", "blobs/sha256:" + Zeros + "%0a")]
    [InlineData("GET", "blobs/sha256:....%20")]
    [InlineData("GET", "manifests/sha256:abc")]
    [InlineData("GET", "manifests/md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("GET", "referrers/sha256:abc")]
    [InlineData("GET", "referrers/latest")]
    [InlineData("HEAD", "blobs/sha256:abc")]
    [InlineData("DELETE", "blobs/sha256:abc")]
    [InlineData("DELETE", "manifests/sha256:abc")]
    [InlineData("POST", "blobs/uploads/?digest=sha256:abc")]
    [InlineData("POST", "blobs/uploads/?digest=..%2f..%2fetc%2fpasswd")]
    [InlineData("POST", "blobs/uploads/?mount=sha256:..%2f..%2fetc&from=team")]
    public async Task A_digest_that_is_none_is_refused(string method, string below)
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync();
        await RefusedAsync(method, $"{repository.Path}/{below}", "DIGEST_INVALID");
    }

    [Theory]
    [InlineData("GET", "blobs/sha256:..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("GET", "blobs/../../../../etc/passwd")]
    [InlineData("GET", "manifests/..")]
    [InlineData("GET", "manifests/%2e%2e")]
    [InlineData("PUT", "manifests/..%2fv1")]
    [InlineData("PATCH", "blobs/uploads/..")]
    [InlineData("PATCH", "blobs/uploads/..%2f..%2fregistry.db")]
    [InlineData("DELETE", "blobs/uploads/%2e%2e")]
    public async Task A_path_that_climbs_is_refused(string method, string below)
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync();
        await RefusedAsync(method, $"{repository.Path}/{below}", code: null);
    }

    [Theory]
    [InlineData("PUT", "manifests/.v1")]
    [InlineData("PUT", "manifests/-v1")]
    [InlineData("PUT", "manifests/v1%20")]
    [InlineData("PUT", "manifests/v1%0a")]
    [InlineData("DELETE", "manifests/.v1")]
    public async Task A_tag_that_is_none_is_refused(string method, string below)
    {
        var repository = registry.NewRepository();
        await repository.PushBlobAsync();
        await RefusedAsync(method, $"{repository.Path}/{below}", "MANIFEST_INVALID");
    }

    // The web server itself answers these: a NUL never reaches the registry.
    [Theory]
    [InlineData("/v2/team%00/tags/list")]
    [InlineData("/v2/team/blobs/sha256:%00")]
    [InlineData("/v2/te\0am/tags/list")]
    public async Task A_NUL_is_refused(string target) =>
        Assert.Equal(400, (await RawHttp.SendAsync(registry.Client.Address, "GET", target)).Status);

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/v2/team/app")]
    [InlineData("GET", "/v2/team/app/nonsense")]
    [InlineData("GET", "/v3/")]
    [InlineData("PUT", "/v2/team/app/tags/list")]
    [InlineData("POST", "/v2/")]
    [InlineData("PATCH", "/v2/team/app/manifests/v1")]
    public async Task What_the_specification_does_not_know_is_refused_in_its_words(string method, string target) =>
        await RefusedAsync(method, target, code: null);

    [Theory]
    [InlineData(256, 400)]
    [InlineData(255, 404)]
    public async Task A_name_has_at_most_255_characters(int length, int status) =>
        await registry.Client.GetAsync($"/v2/{new string('a', length)}/tags/list").Answers(status);

    [Theory]
    [InlineData("a", "!")]
    [InlineData("a-", "-")]
    [InlineData("a/", "_")]
    [InlineData("a__", "A")]
    [InlineData("0.", "..")]
    public async Task A_name_made_to_be_slow_is_refused_as_fast_as_any(string repeated, string ending)
    {
        var stem = string.Concat(Enumerable.Repeat(repeated, 255));
        var path = $"/v2/{stem[..(255 - ending.Length)]}{ending}/tags/list";
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < 30; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await registry.Client.GetAsync(path);
            fastest = new(Math.Min(fastest.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            Assert.Equal(400, (int)response.StatusCode);
        }

        Assert.True(fastest < TimeSpan.FromMilliseconds(5), $"{fastest.TotalMilliseconds} ms");
    }

    private async Task RefusedAsync(string method, string target, string? code)
    {
        var address = registry.Client.Address; // skips where there is no server
        var before = registry.Site.ContentFiles();
        var (status, body) = await RawHttp.SendAsync(address, method, target);
        Assert.InRange(status, 400, 499);
        if (method != "HEAD")
        {
            Assert.NotEmpty(RawHttp.CodeOf(body));
            Assert.Equal(code ?? RawHttp.CodeOf(body), RawHttp.CodeOf(body));
            Assert.DoesNotContain("root:", body);
        }

        Assert.Equal(before, registry.Site.ContentFiles());
        Assert.Equal(registry.Site.DataDirectory, Assert.Single(Directory.GetFileSystemEntries(registry.Site.Surroundings)));
    }
}

[Collection(nameof(OnSqlite))]
public sealed class BadInputTestsOnSqlite(OnSqlite registry) : BadInputTests(registry);

[Collection(nameof(OnPostgres))]
public sealed class BadInputTestsOnPostgres(OnPostgres registry) : BadInputTests(registry);
