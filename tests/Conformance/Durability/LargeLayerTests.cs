using System.Security.Cryptography;

namespace OrleansRegistry.Conformance;

/// <summary>Bytes go through a node, not into it.</summary>
public sealed class LargeLayerTests
{
    private const string Octets = "Content-Type: application/octet-stream";

    [Fact]
    public async Task A_large_layer_takes_no_more_memory_than_a_small_one()
    {
        const long Length = 300L * 1024 * 1024;
        const long Allowed = 60L * 1024 * 1024;
        var digest = Generated.DigestOf(Length);
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync();
        var repository = node.Client.NewRepository();
        await repository.PushImageAsync("small");
        var before = node.ResidentBytes;

        var upload = await repository.StartUploadAsync();
        await node.Client.SendStreamAsync("PATCH", upload, new Generated(Length), Octets).Answers(202);
        await node.Client.SendAsync("PUT", $"{upload}?digest={digest}").Answers(201);
        Assert.InRange(node.ResidentBytes - before, long.MinValue, Allowed);

        using var http = new HttpClient();
        await using var stream = await http.GetStreamAsync(new Uri(node.Client.Address, $"{repository.Path}/blobs/{digest}"));
        Assert.Equal(digest, $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(stream))}");
        Assert.InRange(node.ResidentBytes - before, long.MinValue, Allowed);
    }
}
