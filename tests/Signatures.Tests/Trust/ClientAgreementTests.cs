using System.Collections.Concurrent;
using System.Globalization;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>
/// Generated policies, references, signatures and keys, judged here and by skopeo. <c>REGISTRY_TEST_SEED</c> picks other cases.
/// </summary>
public sealed class ClientAgreementTests(ITestOutputHelper output)
{
    private static readonly int First =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : 1;

    private static readonly int Cases = Effort.Of(usual: 500, whenLong: 10_000);

    [Fact]
    public async Task The_verdict_is_that_of_skopeo()
    {
        Needs.Program("skopeo");
        Needs.Program("newer-skopeo");
        Needs.Program("gpg");
        using var keys = new KeyFiles();
        var tally = new ConcurrentDictionary<string, int>();
        var faults = new ConcurrentQueue<string>();
        var next = First - 1;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            await using var client = await RealClient.StartAsync();
            for (var number = Interlocked.Increment(ref next); number < First + Cases; number = Interlocked.Increment(ref next))
                if (await CompareAsync(CaseGenerator.Make(number, keys.Path), client, tally) is { } fault)
                    faults.Enqueue(fault);
        })));

        var summary = string.Join('\n', tally.OrderBy(one => one.Key).Select(
            one => string.Create(CultureInfo.InvariantCulture, $"{one.Value,6} {one.Key}")));
        output.WriteLine(summary);
        Assert.True(
            faults.IsEmpty,
            $"{faults.Count} of {Cases} cases, REGISTRY_TEST_SEED={First}:\n{summary}\n{string.Join("\n\n", faults.Take(20))}");
    }

    private static async Task<string?> CompareAsync(TrustCase one, RealClient client, ConcurrentDictionary<string, int> tally)
    {
        // Debian builds the older one without sigstore.
        var program = one.AsksForAttached || one.Number % 4 == 0 ? "newer-skopeo" : "skopeo";
        var (ours, why) = one.Judge();
        var (theirs, said) = await client.JudgeAsync(one, program);
        Count(program);
        Count(ours);
        if (ours == theirs)
            return null;
        if (Reasons.Find(one, ours, theirs) is { } reason)
        {
            Count($"differ on purpose: {reason}");
            return null;
        }

        return $"{one}\nhere: {ours}, {why}\n{program}: {theirs}, {said}";

        void Count(string what) => tally.AddOrUpdate(what, 1, (_, count) => count + 1);
    }
}
