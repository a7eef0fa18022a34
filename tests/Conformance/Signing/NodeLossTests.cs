using Npgsql;

namespace OrleansRegistry.Conformance;

/// <summary>Two real processes sign; one of them is killed in the middle.</summary>
public sealed class NodeLossTests
{
    private const int TagsEach = 20;

    private static readonly int Images = Effort.Of(usual: 40, whenLong: 100);
    private static readonly int All = Images * TagsEach;

    [Theory]
    [InlineData(0)] // the node that was asked, and leads the work
    [InlineData(1)] // one that only helps
    public async Task Killing_a_node_amid_its_signatures_ends_with_all_of_them_and_one_version(int killed)
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(), site.StartAsync());
        var repository = nodes[0].Client.NewRepository();
        await repository.PushTagsAsync(Images, TagsEach);
        var href = await repository.HrefAsync();
        var before = await nodes[0].Client.VersionAsync(href);
        var task = await nodes[0].Client.SignAsync(href, await nodes[0].Client.CreateKeyAsync("rsa4096"));
        await Eventually.TrueAsync(
            async () => await CountAsync(site, "select count(*) from signature") >= All / 7, "a part is signed");
        await nodes[killed].KillAsync();
        var soFar = await CountAsync(site, "select count(*) from signature");
        Assert.InRange(soFar, All / 7, All - 1);

        var survivor = nodes[1 - killed].Client;
        await survivor.CompleteAsync(task);
        Assert.Equal(All, await CountAsync(site, "select count(*) from signature"));
        Assert.Equal(All, await CountAsync(site, "select count(distinct (manifest_digest, reference)) from signature"));
        Assert.Equal(All, await CountAsync(
            site, "select count(*) from repository_content where kind = 4 and version_removed is null"));
        Assert.Equal(Number(before) + 1, Number(await survivor.VersionAsync(href)));
        var signatures = await survivor.GetAsync($"/extensions/v2/{repository.Name}/signatures/?n=10").Answers(200);
        Assert.Equal(10, (await signatures.JsonAsync())["signatures"]!.AsArray().Count);
    }

    private static int Number(string version) =>
        int.Parse(version.TrimEnd('/').Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<long> CountAsync(Site site, string sql)
    {
        await using var source = NpgsqlDataSource.Create(site.ConnectionString!);
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
