using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Bench.Management;

/// <summary>
/// A key is revoked that has signed in every repository: how long until it is in force, until all repositories are rid of it,
/// and what pulls notice; beside one SQL statement of the same effect for another key, which has signed as much.
/// </summary>
internal static class Revocations
{
    private const string Key = Seed.KeyOfOne;
    private const string OtherKey = "00000000000000A2";
    private const string Path = "/pulp/api/v3/key-revocations/";

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    /// <summary>What somebody would write who had only this to do, and nobody else on the database.</summary>
    private const string ByHand = $"""
        begin;
        create temporary table gone on commit drop as
          select h.repository_id, h.ctid as place from repository_content h join signature s on s.content_id = h.content_id
          where h.kind = 4 and h.version_removed is null and s.key_id = '{OtherKey}';
        update repository_content h set version_removed = r.last_number + 1 from gone g, repository r
          where h.ctid = g.place and r.id = g.repository_id;
        insert into repository_version (
            repository_id, number, created_at, added_blobs, added_manifests, added_tags, added_signatures, removed_blobs,
            removed_manifests, removed_tags, removed_signatures, present_blobs, present_manifests, present_tags,
            present_signatures)
          select v.repository_id, r.last_number + 1, now(), 0, 0, 0, 0, 0, 0, 0, g.count, v.present_blobs, v.present_manifests,
            v.present_tags, v.present_signatures - g.count
          from (select repository_id, count(*) as count from gone group by repository_id) g
          join repository r on r.id = g.repository_id
          join repository_version v on v.repository_id = r.id and v.number = r.head;
        update repository set head = last_number + 1, last_number = last_number + 1
          where id in (select repository_id from gone);
        commit;
        """;

    public static async Task MeasureAsync(Server server, Catalogue catalogue, Scale scale)
    {
        Print($"{scale.Repositories:N0} repositories, {scale.Signatures:N0} signatures, a quarter of them by the key");
        var image = await WaitingTasks.PushAsync(server, "quiet");
        var dry = await TimeAsync(() => RunAsync(server, isDryRun: true));
        Print($"dry run: {dry:N1} s");

        var idle = await PullAsync(server, image, Task.Delay(IdleTime));
        var memory = server.PeakMemory;
        var began = Stopwatch.GetTimestamp();
        var task = await PostAsync(server, isDryRun: false);
        var inForce = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var busy = await PullAsync(server, image, FollowAsync(server, task));
        var done = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var byHand = await TimeAsync(() => catalogue.RunAsync(ByHand));
        Print($"in force: {inForce:N2} s");
        Print($"completed: {done:N1} s; by one statement: {byHand:N1} s; ratio {done / byHand:N1}");
        Print($"p99 of pulls: {busy:N1} ms, idle {idle:N1} ms; ratio {busy / idle:N1}");
        Print($"highest memory: {server.PeakMemory - memory:N0} MiB more than before");
        await MeasureGateAsync(server, image);
    }

    // What asking the gate costs, where the answer is at hand, beside a whole answer that asks it.
    private static async Task MeasureGateAsync(Server server, string image)
    {
        var gate = new RevocationGate(DispatchProxy.Create<IRevocationStore, NothingRevoked>(), TimeProvider.System);
        await gate.AskAsync(default);
        const int times = 5_000_000;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            await gate.AskAsync(default);
        var asked = Stopwatch.GetElapsedTime(began).TotalMicroseconds / times;
        var answer = 1000 * await Lists.MedianAsync(
            () => server.Http.GetByteArrayAsync($"/extensions/v2/quiet/signatures/{image}"), 501);
        Print($"asking the gate: {asked:N2} µs of {answer:N0} µs for an answer of the extension, {asked / answer:P2}");
    }

    private static async Task RunAsync(Server server, bool isDryRun) =>
        await FollowAsync(server, await PostAsync(server, isDryRun));

    private static async Task<string> PostAsync(Server server, bool isDryRun)
    {
        using var body = new StringContent(
            new JsonObject { ["key"] = Key, ["reason"] = "bench", ["dry_run"] = isDryRun }.ToJsonString(), Encoding.UTF8,
            new MediaTypeHeaderValue("application/json"));
        using var answer = await server.Http.PostAsync(Path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? (string)JsonNode.Parse(text)!["task"]!
            : throw new InvalidOperationException(text);
    }

    private static async Task FollowAsync(Server server, string task)
    {
        while (true)
        {
            var state = JsonNode.Parse(await server.Http.GetByteArrayAsync(task))!;
            if (state["finished_at"] is not null)
                if ((string)state["state"]! == "completed")
                    return;
                else
                    throw new InvalidOperationException(state.ToJsonString());
            await Task.Delay(20);
        }
    }

    // Pulls by one client after the other, until something has ended.
    private static async Task<double> PullAsync(Server server, string image, Task ends)
    {
        var took = new List<double>();
        while (!ends.IsCompleted || took.Count < 100)
        {
            var began = Stopwatch.GetTimestamp();
            await server.Http.GetByteArrayAsync("/v2/quiet/manifests/first");
            await server.Http.GetByteArrayAsync($"/extensions/v2/quiet/signatures/{image}");
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await ends;
        took.Sort();
        return took[(int)(took.Count * 0.99)];
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

#pragma warning disable CA1852 // What implements the interface is made from it.
/// <summary>A catalogue in which nothing is revoked: the gate asks it for the number of the newest decision alone.</summary>
internal class NothingRevoked : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(IRevocationStore.EpochAsync)
            ? Task.FromResult(0L)
            : Task.FromResult(Withheld.Nothing);
}
