using System.Globalization;

namespace OrleansRegistry.Conformance;

/// <summary>A key is revoked on three real processes that are all at work; one of them may stand still meanwhile.</summary>
public sealed class ClusterProofTests
{
    private const int Quiet = 6;
    private const int Busy = 6;
    private const int Clean = 3;

    private static readonly int Questions = Effort.Of(usual: 2_000, whenLong: 10_000);

    private readonly Leak _leak = new();

    [Fact]
    public async Task Thousands_of_questions_by_every_way_to_every_node_show_none_of_it()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(), site.StartAsync(), site.StartAsync());
        RegistryClient[] clients = [.. nodes.Select(node => node.Client)];
        await using var ledger = new Ledger(site.ConnectionString!);
        var (probes, busy) = (new Probes(_leak), new List<SignedImage>());
        for (var number = 0; number < Quiet + Busy; number++)
        {
            var image = await _leak.FillAsync(clients[number % clients.Length], $"team/{(number < Quiet ? "quiet" : "busy")}{number}");
            if (number >= Quiet)
                busy.Add(image);
            probes.Add(image);
            if (number % 2 == 0)
                probes.Add(await image.PinAsync(clients[0]));
            probes.AddListed(image, await SignaturesOfItAsync(clients[0], image));
        }

        foreach (var client in clients)
            Assert.Equal(probes.Count, (await probes.AskAsync([client], probes.Count)).Count); // each way shows it until then
        for (var number = 0; number < Clean; number++)
            probes.Add(await _leak.FillCleanAsync(clients[number], $"team/clean{number}"));
        await WithdrawAttachedAsync(clients[0], probes);

        await using var traffic = new Traffic(_leak, busy);
        traffic.Start(clients);
        await traffic.SeenAsync(taken: true);
        var before = await ledger.HeadsAsync();
        var task = await _leak.RevokeAsync(clients[1]);
        Assert.Empty(await probes.AskAsync(clients, Questions / 2));
        await traffic.SeenAsync(taken: false);
        await traffic.StopAsync();
        Assert.Empty(await probes.AskAsync(clients, Questions / 2));
        await clients[2].CompleteAsync(task);

        var rid = await ledger.AssertGoneAsync(_leak.KeyId);
        var after = await ledger.HeadsAsync();
        foreach (var (name, head) in before.Where(one => one.Key.StartsWith("team/quiet", StringComparison.Ordinal)))
        {
            Assert.Equal(head + 1, after[name]);
            Assert.Contains(name, rid);
        }

        foreach (var (name, head) in before.Where(one => one.Key.StartsWith("team/clean", StringComparison.Ordinal)))
            Assert.Equal(head, after[name]);
    }

    [Fact]
    public async Task A_node_that_stood_still_serves_nothing_of_it_when_it_goes_on()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(), site.StartAsync(), site.StartAsync());
        RegistryClient[] clients = [.. nodes.Select(node => node.Client)];
        var probes = new Probes(_leak);
        foreach (var number in Enumerable.Range(0, Quiet))
        {
            var image = await _leak.FillAsync(clients[number % clients.Length], $"team/app{number}");
            probes.Add(image);
            probes.AddListed(image, await SignaturesOfItAsync(clients[0], image));
        }

        foreach (var client in clients)
            Assert.Equal(probes.Count, (await probes.AskAsync([client], probes.Count)).Count); // it is in every cache

        await SignalAsync("STOP", nodes[2]);
        var task = await _leak.RevokeAsync(clients[0]);
        var waiting = probes.AskAsync([clients[2]], probes.Count, probes.Count, mayBeGone: true);
        await SignalAsync("CONT", nodes[2]);
        Assert.Empty(await waiting); // asked while it stood still
        Assert.Empty(await probes.AskAsync([clients[2]], 500, mayBeGone: true));
        Assert.Empty(await probes.AskAsync(clients[..2], 1_000));
        await clients[0].CompleteAsync(task);
        await using var ledger = new Ledger(site.ConnectionString!);
        Assert.Equal(Quiet, (await ledger.AssertGoneAsync(_leak.KeyId)).Count);
    }

    // What carries signatures of cosign is an image like others: by a tag that is named after what it is about, or as a
    // referrer.
    private static async Task WithdrawAttachedAsync(RegistryClient client, Probes probes)
    {
        var repository = client.NewRepository();
        var image = await repository.PushImageAsync("1");
        var tag = $"{image.Digest.Replace(':', '-')}.sig";
        await repository.PushBlobAsync(Named.Empty);
        var attached = await repository.PushManifestAsync(
            Manifests.Artifact("application/vnd.dev.cosign.artifact.sig.v1+json", image), tag);
        var href = (string)(await client.ReadAsync(
            $"{Leak.Api}content/container/manifests/?digest={attached.Digest}"))["results"]![0]!["pulp_href"]!;
        await client.CompleteAsync((string)(await client.PostAsync(
            $"{href}withdraw/", new() { ["reason"] = "signed by nobody" }))["task"]!);
        probes.AddWithdrawn(repository.Name, attached.Digest, tag, image.Digest);
    }

    private async Task<IReadOnlyList<string>> SignaturesOfItAsync(RegistryClient client, SignedImage image) =>
        [.. (await client.ReadAsync(
            $"{Leak.Api}content/container/signatures/?key_id={_leak.KeyId}&repository_version={image.Version}"))["results"]!
            .AsArray().Select(one => (string)one!["pulp_href"]!)];

    private static async Task SignalAsync(string signal, RegistryProcess node)
    {
        using var kill = System.Diagnostics.Process.Start(
            "kill", [$"-{signal}", node.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
