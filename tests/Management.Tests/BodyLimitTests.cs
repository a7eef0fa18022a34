using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Management.Tests;

/// <summary>Each operation takes as much as it needs, and no more: in bytes, and in what is made of them.</summary>
public abstract class BodyLimitTests(Server server) : Scenario(server)
{
    private const string Users = "/pulp/api/v3/users/";
    private const int Kilobyte = 1024;

    [Theory]
    [InlineData("POST", Users, 16)]
    [InlineData("POST", RepositoryPath, 64)]
    [InlineData("POST", DistributionPath, 64)]
    [InlineData("POST", "/pulp/api/v3/remotes/container/container/", 256)]
    [InlineData("POST", "/pulp/api/v3/signing-services/", 256)]
    [InlineData("POST", "/pulp/api/v3/uploads/", 64)]
    [InlineData("POST", "/pulp/api/v3/tasks/purge/", 64)]
    [InlineData("POST", "/pulp/api/v3/orphans/cleanup/", 10240)]
    [InlineData("POST", "{repository}modify/", 10240)]
    [InlineData("POST", "{repository}sign/", 10240)]
    [InlineData("POST", "{repository}set_label/", 64)]
    [InlineData("PATCH", "{repository}", 64)]
    public async Task A_longer_body_is_refused_in_a_sentence_and_one_of_that_length_is_read(
        string method, string path, int kilobytes)
    {
        if (path.StartsWith('{'))
            path = path.Replace("{repository}", (string)(await RepositoryAsync())["pulp_href"]!, StringComparison.Ordinal);
        var (status, body) = await SendAsync(method, path, (kilobytes * Kilobyte) + 1);
        Assert.Equal(413, status);
        Assert.Contains($"{kilobytes} KiB", body, StringComparison.Ordinal);
        (status, body) = await SendAsync(method, path, kilobytes * Kilobyte);
        Assert.NotEqual(413, status);
        Assert.True(status < 500, body);
    }

    [Fact]
    public async Task A_body_of_many_small_values_is_refused_before_it_is_made_into_objects()
    {
        var body = $$"""{"username":"x","groups":[{{string.Join(',', Enumerable.Repeat("1", 2000))}}]}""";
        using var answer = await Http.PostAsync(Users, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("more than 1024", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body)> SendAsync(string method, string path, int length)
    {
        const string Start = """{"no-such-field":""" + "\"";
        var body = Start + new string('x', length - Start.Length - 2) + "\"}";
        using var request = new HttpRequestMessage(new(method), path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

public sealed class BodyLimitTestsOnSqlite(SqliteServer server) : BodyLimitTests(server);

/// <summary>What a body takes of memory while it arrives.</summary>
public sealed class BodyMemoryTests
{
    private const int Most = 4 * 1024 * 1024;
    private readonly ServiceProvider _services = new ServiceCollection().AddSingleton<BodyMemory>().BuildServiceProvider();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8 * 1024)]
    [InlineData((8 * 1024) + 1)]
    [InlineData(1_000_000)]
    [InlineData(Most)]
    public async Task A_body_arrives_as_it_was_sent_whether_its_length_was_announced_or_not(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        foreach (var announced in new long?[] { length, null })
            Assert.Equal(bytes, await ReadAsync(RequestOf(bytes, announced)));
        if (length > 0)
            Assert.Null(await BoundedBody.ReadAsync(RequestOf(bytes, null), length - 1, CancellationToken.None));
    }

    [Fact]
    public async Task What_is_announced_and_does_not_come_takes_no_memory()
    {
        var request = RequestOf(new byte[100], Most);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(100, (await ReadAsync(request))!.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    [Fact]
    public async Task Who_holds_much_is_refused_more_and_others_are_not()
    {
        var memory = _services.GetRequiredService<BodyMemory>();
        var shares = new List<BodyMemory.Share>();
        for (var i = 0; i < 4; i++)
        {
            shares.Add(memory.Hold(ContextOf($"192.0.2.{i}")));
            shares[^1].Grow(BodyMemory.MostOfCaller);
            var more = memory.Hold(ContextOf($"192.0.2.{i}"));
            Assert.Throws<ProblemException>(() => more.Grow(1));
        }

        Assert.Throws<ProblemException>(() => memory.Hold(ContextOf("192.0.2.9")).Grow(1));
        shares[0].Dispose();
        memory.Hold(ContextOf("192.0.2.9")).Grow(BodyMemory.MostOfCaller);
        await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(RequestOf(new byte[Most], null)));
    }

    private static Task<byte[]?> ReadAsync(HttpRequest request) =>
        BoundedBody.ReadAsync(request, Most, CancellationToken.None);

    private HttpRequest RequestOf(byte[] bytes, long? announced)
    {
        var request = ContextOf("192.0.2.20").Request;
        request.Body = new MemoryStream(bytes);
        request.ContentLength = announced;
        return request;
    }

    private DefaultHttpContext ContextOf(string address) => new()
    {
        RequestServices = _services,
        Connection = { RemoteIpAddress = System.Net.IPAddress.Parse(address) },
    };
}
