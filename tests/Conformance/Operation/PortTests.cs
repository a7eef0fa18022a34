namespace OrleansRegistry.Conformance;

/// <summary>What a node listens on, as the kernel sees it.</summary>
[Collection(nameof(OnSqlite))]
public sealed class PortTestsOnSqlite(OnSqlite registry)
{
    [Fact]
    public async Task A_node_that_is_alone_listens_on_its_HTTP_port_and_on_nothing_else()
    {
        await registry.NewRepository().PushImageAsync("1.0");
        Assert.Equal([registry.Client.Address.Port], Listening.PortsOf(registry.Node.Id));
    }
}

[Collection(nameof(OnPostgres))]
public sealed class PortTestsOnPostgres(OnPostgres registry)
{
    [Fact]
    public void A_node_of_a_cluster_listens_for_HTTP_and_for_other_nodes_and_has_no_gateway() => Assert.Equal(
        new[] { registry.Client.Address.Port, registry.Site.SiloPortOf(registry.Node) }.Order(),
        Listening.PortsOf(registry.Node.Id));
}
