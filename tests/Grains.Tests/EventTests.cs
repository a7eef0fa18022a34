using OrleansRegistry.Events;

namespace OrleansRegistry.Grains.Tests;

/// <summary>What is committed on one node is heard on all of them.</summary>
public abstract class EventTests(ClusterFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private RegistryCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task A_version_committed_on_either_node_is_heard_on_both()
    {
        foreach (var pusher in Cluster.Nodes)
        {
            var repository = (await pusher.CreateRepositoryAsync()).GetPrimaryKey();
            using var here = Listen(Cluster[0], repository);
            using var there = Listen(Cluster[1], repository);
            await pusher.PushImageAsync(repository, "heard");
            Assert.Equal(new VersionCommitted(repository, 1), await NextAsync(here));
            Assert.Equal(new VersionCommitted(repository, 1), await NextAsync(there));
        }
    }

    [Fact]
    public async Task A_node_that_comes_is_told_and_one_that_goes_is_missed_by_nobody()
    {
        await using var cluster = await fixture.StartAnotherAsync(nodes: 2);
        var comes = await cluster.StartNodeAsync();
        var first = await HeardAsync(cluster, comes);
        await cluster.KillNodeAsync(comes);
        var second = await HeardAsync(cluster, cluster[1]);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Of_what_waits_to_be_told_only_the_newest_of_each_repository_is()
    {
        var publisher = Cluster[0].Service<IEventPublisher>();
        var (busy, other) = (Guid.NewGuid(), Guid.NewGuid());
        using var feed = Cluster[1].Service<IEventSource>().Listen(
            happened => happened.Subject.Id == busy || happened.Subject.Id == other, 1000);
        for (var number = 1; number <= 100_000; number++)
            publisher.Publish(new VersionCommitted(busy, number));
        publisher.Publish(new VersionCommitted(other, 1));
        var heard = new List<RegistryEvent>();
        while (!heard.Contains(new VersionCommitted(other, 1)))
        {
            await feed.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
            var (some, missed) = feed.Take();
            Assert.True(some.Count > 0, "Nothing was heard.");
            Assert.Equal(0, missed);
            heard.AddRange(some);
        }

        Assert.Contains(new VersionCommitted(busy, 100_000), heard);
        Assert.InRange(heard.Count, 2, 1000);
    }

    [Fact]
    public void A_listener_that_does_not_read_loses_the_oldest_and_is_told_how_many()
    {
        using var feed = new NodeEvents().Listen(_ => true, 2);
        for (var number = 1; number <= 5; number++)
            feed.Hear(new VersionCommitted(Guid.Empty, number));
        var (heard, missed) = feed.Take();
        Assert.Equal([new VersionCommitted(Guid.Empty, 4), new VersionCommitted(Guid.Empty, 5)], heard);
        Assert.Equal(3, missed);
    }

    [Fact]
    public void Who_leaves_is_forgotten()
    {
        var source = new NodeEvents();
        var feeds = Enumerable.Range(0, 10).Select(_ => source.Listen(_ => true, 1)).ToList();
        Assert.Equal(10, source.Listeners);
        feeds.ForEach(feed => feed.Dispose());
        Assert.Equal(0, source.Listeners);
    }

    private static EventFeed Listen(Node node, Guid repository) =>
        node.Service<IEventSource>().Listen(happened => happened.Subject.Id == repository, 10);

    // A version is news again and again, until some node hears of it: events may be lost while the cluster changes.
    private static async Task<Guid> HeardAsync(RegistryCluster cluster, Node listener)
    {
        var subject = Guid.NewGuid();
        using var feed = Listen(listener, subject);
        for (var number = 1; ; number++)
        {
            cluster[0].Service<IEventPublisher>().Publish(new VersionCommitted(subject, number));
            await feed.WaitAsync(Moment, TimeProvider.System, TestContext.Current.CancellationToken);
            if (feed.Take().Heard.Count > 0)
                return subject;
            Assert.True(number < Patience / Moment, "The node heard nothing.");
        }
    }

    private static async Task<RegistryEvent> NextAsync(EventFeed feed)
    {
        await feed.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        return feed.Take().Heard is [.., var last] ? last : throw new TimeoutException("Nothing was heard.");
    }

    public sealed class OnSqlite(SqliteCluster cluster) : EventTests(cluster), IClassFixture<SqliteCluster>;

    public sealed class OnPostgres(PostgresCluster cluster) : EventTests(cluster), IClassFixture<PostgresCluster>;
}
