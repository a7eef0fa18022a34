namespace OrleansRegistry.Conformance;

/// <summary>What a node listens on, as the kernel sees it.</summary>
public sealed class PortTests
{
    [Fact]
    public async Task A_node_that_is_alone_listens_on_its_HTTP_port_and_on_nothing_else()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync();
        await node.Client.NewRepository().PushImageAsync("1.0");
        Assert.Equal([node.Client.Address.Port], Listening.PortsOf(node.Id));
    }

    [Fact]
    public async Task A_node_of_a_cluster_listens_for_HTTP_and_for_other_nodes_and_has_no_gateway()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var node = await site.StartAsync();
        Assert.Equal(
            new[] { node.Client.Address.Port, site.SiloPortOf(node) }.Order(), Listening.PortsOf(node.Id));
    }
}
