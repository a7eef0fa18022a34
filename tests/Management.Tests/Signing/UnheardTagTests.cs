using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Events;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>No node hears of a new tag, or whoever was to have it signed died: it is found, and signed once all the same.</summary>
public abstract class UnheardTagTests(Engine engine) : RevokingRegistry(engine)
{
    private const string Repositories = "repositories_container_container_";

    private protected override void Replace(IServiceCollection services)
    {
        services.Configure<SigningOptions>(options => options.NewTagsInterval = TimeSpan.FromSeconds(1));
        var publisher = services.Last(service => service.ServiceType == typeof(IEventPublisher)).ImplementationFactory!;
        services.AddSingleton<IEventPublisher>(provider => new Deaf((IEventPublisher)publisher(provider)));
    }

    [Fact]
    public async Task A_tag_that_nobody_heard_of_is_signed_once()
    {
        var (name, repository, pulp) = await RepositoryAsync();
        foreach (var (tag, node) in new[] { ("a", 0), ("b", 1) })
            await SignedAsync(name, await Push.ImageAsync(Nodes[node], name, tag, $"{name}{tag}"));
        Assert.Equal(5, await HeadAsync(pulp, repository));
    }

    [Fact]
    public async Task A_task_that_was_noted_and_never_asked_for_is_asked_for()
    {
        var (name, repository, pulp) = await RepositoryAsync();
        var noted = Guid.CreateVersion7();
        var id = Guid.Parse(repository.TrimEnd('/').Split('/')[^1]);
        await Catalogue.TransactAsync(session => session.ExecuteAsync(new(
            "update repository set sign_on_push_task_id = @task where id = @id", ("task", noted), ("id", id))));
        await SignedAsync(name, await Push.ImageAsync(Nodes[0], name, "a", $"{name}a"));
        var task = await pulp.FollowedAsync($"/pulp/api/v3/tasks/{noted}/");
        Assert.Equal($"{repository}versions/3/", (string)Assert.Single(task["created_resources"]!.AsArray())!);
        Assert.Equal(3, await HeadAsync(pulp, repository));
    }

    private async Task<(string Name, string Repository, PulpClient Pulp)> RepositoryAsync()
    {
        var (pulp, name) = (new PulpClient(Nodes[0]), $"unheard/{Guid.NewGuid():N}");
        await Push.ImageAsync(Nodes[0], name, "old", $"{name}old");
        var repository = (string)Assert.Single(await pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;
        var service = await pulp.CallAsync("signing_services_create", body: new()
        {
            ["name"] = $"key{Guid.NewGuid():N}",
            ["kind"] = "openpgp",
            ["generate"] = "nistp256",
        });
        await pulp.CallAsync(
            Repositories + "partial_update", repository, new() { ["sign_on_push"] = (string)service["pulp_href"]! });
        return (name, repository, pulp);
    }

    private async Task SignedAsync(string name, string digest)
    {
        var node = new Routes(Nodes[0]);
        await Eventually.TrueAsync(async () => (await node.ExtensionAsync(name, digest)).Count > 0, "the new tag is signed");
        Assert.Single(await node.ExtensionAsync(name, digest));
    }

    private static async Task<int> HeadAsync(PulpClient pulp, string repository) => int.Parse(
        ((string)(await pulp.CallAsync(Repositories + "read", repository))["latest_version_href"]!).Split('/')[^2],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Tells nodes everything but that there are new versions.</summary>
    private sealed class Deaf(IEventPublisher publisher) : IEventPublisher
    {
        public void Publish(RegistryEvent happened)
        {
            if (happened is not VersionCommitted)
                publisher.Publish(happened);
        }
    }

    public sealed class OnSqlite() : UnheardTagTests(new SqliteEngine());

    public sealed class OnPostgres() : UnheardTagTests(new PostgresEngine());
}
