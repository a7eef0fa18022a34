using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Events;

namespace OrleansRegistry.Management.Tests;

/// <summary>No node hears that a key was revoked, and none serves any of it all the same: what it knew has run out.</summary>
public abstract class DroppedNewsTests(Engine engine) : RevokingRegistry(engine)
{
    private readonly DroppedNews _news = new();

    private protected override void Replace(IServiceCollection services) => _news.Replace(services);

    [Fact]
    public async Task A_node_that_hears_of_nothing_serves_none_of_it()
    {
        var (nodes, key) = (Nodes.Select(node => new Routes(node)).ToArray(), new Key());
        var name = $"unheard/{Guid.NewGuid():N}";
        var image = await Push.ImageAsync(nodes[0].Http, name, "1", name);
        await Push.SignatureAsync(nodes[0].Http, name, image, key.Sign(image));

        // Pulls on all nodes: what each of them knows is as fresh as it can be when it is decided.
        using var stop = new CancellationTokenSource();
        var pulls = nodes.Select(async node =>
        {
            var shown = 0;
            while (!stop.IsCancellationRequested)
                shown += (await node.ExtensionAsync(name, image)).Count;
            return shown;
        }).ToArray();
        foreach (var node in nodes)
            Assert.Single(await node.ExtensionAsync(name, image));

        for (var turn = 0; turn < 2; turn++)
        {
            var body = new System.Text.Json.Nodes.JsonObject { ["key"] = key.Fingerprint, ["reason"] = "it leaked" };
            var task = await nodes[turn % 2].Pulp.StartAsync("key_revocations_create", null, body);
            for (var number = 0; number < 60; number++)
            {
                var node = nodes[number % 2];
                Assert.Empty(await node.ExtensionAsync(name, image));
                Assert.Empty(await node.LookasideAsync(name, image));
                Assert.Empty((await node.RepositoryAsync(name, 10)).Signatures);
            }

            var revocation = (string)(await nodes[0].Pulp.FollowAsync(task))["revocation"]!;
            await nodes[0].Pulp.CallAsync(
                "key_revocations_withdraw", $"/pulp/api/v3/key-revocations/{revocation}/", new() { ["reason"] = "again" });
            await Push.SignatureAsync(nodes[0].Http, name, image, key.Sign(image));
            foreach (var node in nodes)
                Assert.NotEmpty(await node.ExtensionAsync(name, image)); // served again, also unheard of
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(pulls), shown => Assert.NotEqual(0, shown));
        Assert.True(_news.Dropped >= 4, $"{_news.Dropped} were dropped.");
    }

    /// <summary>Tells nodes everything but that what is withheld has changed.</summary>
    private sealed class DroppedNews
    {
        private int _dropped;

        public int Dropped => _dropped;

        public void Replace(IServiceCollection services)
        {
            var publisher = services.Last(service => service.ServiceType == typeof(IEventPublisher)).ImplementationFactory!;
            services.AddSingleton<IEventPublisher>(provider => new Publisher((IEventPublisher)publisher(provider), this));
        }

        private sealed class Publisher(IEventPublisher publisher, DroppedNews news) : IEventPublisher
        {
            public void Publish(RegistryEvent happened)
            {
                if (happened is GateChanged)
                    Interlocked.Increment(ref news._dropped);
                else
                    publisher.Publish(happened);
            }
        }
    }

    public sealed class OnSqlite() : DroppedNewsTests(new SqliteEngine());

    public sealed class OnPostgres() : DroppedNewsTests(new PostgresEngine());
}
