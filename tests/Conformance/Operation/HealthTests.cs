using System.Net;
using System.Net.Sockets;

namespace OrleansRegistry.Conformance;

/// <summary>A node says whether it lives and whether it should get requests, to whoever asks.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task A_node_without_its_database_lives_and_is_not_ready_until_it_is_back()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        using var wire = new Relay(site.ConnectionString!);
        var node = await site.StartOnAsync(wire.ConnectionString);
        await node.Client.GetAsync("/health/ready").Answers(200);

        wire.Cut();
        await BecomesAsync(node, 503, "catalogue: ");
        await node.Client.GetAsync("/health/live").Answers(200);
        wire.Mend();
        await BecomesAsync(node, 200, "catalogue: The catalogue takes writes.");
    }

    [Fact]
    public async Task A_node_whose_directory_of_blobs_is_gone_is_not_ready()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync();
        Directory.Move(Path.Combine(site.DataDirectory, "blobs"), Path.Combine(site.DataDirectory, "elsewhere"));
        await BecomesAsync(node, 503, "blobs: The directory of blobs takes no files");
        Directory.Move(Path.Combine(site.DataDirectory, "elsewhere"), Path.Combine(site.DataDirectory, "blobs"));
        await BecomesAsync(node, 200, "blobs: The directory of blobs takes files.");
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_says_so_and_goes_on_answering_for_a_while()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync("--Listen:DrainTime=00:10:00");
        var repository = node.Client.NewRepository();
        await node.TerminateAsync();
        await BecomesAsync(node, 503, "stays: This node is leaving");
        await repository.PushImageAsync("v1");
    }

    [Fact]
    public async Task Requests_that_are_open_when_a_node_stops_end_first()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        var upload = await repository.StartUploadAsync();
        var rest = new TaskCompletionSource<byte[]>();
        var blob = Named.Random(200_000);
        var put = node.Client.SendStreamAsync(
            "PUT", $"{upload}?digest={blob.Digest}", new HeldContent(blob.Bytes[..100_000], rest.Task));
        await Eventually.TrueAsync(
            () => Task.FromResult(site.UploadedBytes >= 100_000), "the first half has arrived");

        await node.TerminateAsync();
        await Eventually.TrueAsync(() => RefusesAsync(node.Client.Address), "nobody new is let in");
        rest.SetResult(blob.Bytes[100_000..]);
        await put.Answers(201);
        Assert.Equal(0, await node.EndAsync());
    }

    private static Task BecomesAsync(RegistryProcess node, int status, string sentence) => Eventually.TrueAsync(
        async () =>
        {
            using var answer = await node.Client.GetAsync("/health/ready");
            return (int)answer.StatusCode == status && (await answer.Content.ReadAsStringAsync()).Contains(sentence);
        },
        $"/health/ready answers {status} with '{sentence}'");

    private static async Task<bool> RefusesAsync(Uri address)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>A body of which the second part comes when the test says so.</summary>
    private sealed class HeldContent(byte[] first, Task<byte[]> rest) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            await stream.FlushAsync();
            await stream.WriteAsync(await rest);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class GuardedHealthTestsOnSqlite(GuardedOnSqlite registry)
{
    [Theory]
    [InlineData("/health/live", "node: This node is alive.")]
    [InlineData("/health/ready", "catalogue: The catalogue takes writes.")]
    public async Task A_node_that_works_says_so_without_a_login(string path, string sentence)
    {
        using var answer = await registry.Client.GetAsync(path).Answers(200);
        Assert.Contains(sentence, await answer.Content.ReadAsStringAsync());
    }
}
