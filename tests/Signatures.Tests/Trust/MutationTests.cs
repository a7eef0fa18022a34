using System.Text;
using System.Text.Json.Nodes;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>
/// One byte changed, anywhere in a generated case: no refusal turns into an allowance, and whatever is allowed rests on
/// signatures that somebody made. <c>REGISTRY_TEST_SEED</c> picks other cases.
/// </summary>
/// <remarks>
/// Bytes that no hash covers may change without changing a verdict. Two things a single byte can do, and so are left out: it
/// can mend what a single byte broke; and it can break the revocation of a key, which then looks as it did before.
/// </remarks>
public sealed class MutationTests(ITestOutputHelper output) : IDisposable
{
    private const int Changes = 24;

    private static readonly int First =
        int.TryParse(Environment.GetEnvironmentVariable("REGISTRY_TEST_SEED"), out var seed) ? seed : 1;

    private static readonly int Cases = Effort.Of(usual: 150, whenLong: 2_000);

    private static readonly TrustedKeys Everybody = TrustedKeys.Load(
        Maker.Good.Append(Maker.Version6).Select(maker => (ReadOnlyMemory<byte>)maker.Certificate)
            .Append(Fixtures.Read("keys/trusted-ring.pub.gpg")).Append(Fixtures.Read("keys/unknown.pub.gpg")));

    private static readonly CosignPublicKey[] EverybodyOfCosign =
    [
        .. CosignMaker.All.Select(
            maker => CosignPublicKey.TryParse(maker.PublicKey, out var key) ? key : throw new FormatException()),
    ];

    private readonly KeyFiles _keys = new();
    private int _changed;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void A_changed_signature_allows_nothing_that_was_refused() => ForEach(TrustCase.Refused, (one, random) =>
    {
        for (var place = 0; place < one.Signatures.Count; place++)
            if (one.Signatures[place] is { IsIntact: true } signature)
                foreach (var (blob, what) in Changed(signature.Blob, random))
                    AssertRefused(one with { Signatures = With(one.Signatures, place, signature with { Blob = blob }) }, what);
        for (var place = 0; place < one.Attached.Count; place++)
            if (one.Attached[place] is { IsIntact: true } attached)
            {
                foreach (var (value, what) in Changed(attached.Value, random))
                    AssertRefused(one with { Attached = With(one.Attached, place, attached with { Value = value }) }, what);
                foreach (var (payload, what) in Changed(attached.Payload, random))
                    AssertRefused(one with { Attached = With(one.Attached, place, attached with { Payload = payload }) }, what);
            }
    });

    [Fact]
    public void A_changed_signature_that_is_accepted_is_the_same_statement() => ForEach(TrustCase.Allowed, (one, random) =>
    {
        if ((one with { Signatures = [] }).Judge().Verdict == TrustCase.Allowed)
            return;
        foreach (var signature in one.Signatures)
        {
            var alone = one with { Signatures = [signature] };
            if (alone.Judge().Verdict != TrustCase.Allowed)
                continue;
            foreach (var (blob, what) in Changed(signature.Blob, random))
                if ((one with { Signatures = [signature with { Blob = blob }] }).Judge().Verdict == TrustCase.Allowed)
                    Assert.True(Fixtures.Parse(signature.Blob).Statement == Fixtures.Parse(blob).Statement, $"{what}\n{alone}");
        }
    });

    [Fact]
    public void A_changed_key_allows_nothing_that_was_refused() => ForEach(TrustCase.Refused, (one, random) =>
    {
        if (Maker.Bad.Any(maker => maker.Name == "revoked" && maker.IsNamedIn(one.PolicyText)))
            return;
        var named = Directory.GetFiles(_keys.Path).Where(file => one.PolicyText.Contains(file, StringComparison.Ordinal));
        foreach (var file in named)
            foreach (var (bytes, what) in Changed(File.ReadAllBytes(file), random))
                AssertRefused(one, $"{file}, {what}", path => path == file ? bytes : one.Question.ReadKeys(path));
        var policy = JsonNode.Parse(one.Policy)!;
        foreach (var (list, place, key) in KeysIn(policy).ToList())
        {
            foreach (var (bytes, what) in Changed(Convert.FromBase64String(key), random))
            {
                list(place, Convert.ToBase64String(bytes));
                AssertRefused(one with { Policy = Encoding.UTF8.GetBytes(policy.ToJsonString()) }, $"{place}, {what}");
            }

            list(place, key);
        }
    });

    [Fact]
    public void A_changed_policy_allows_by_what_it_says_and_by_real_signatures_alone() => ForEach(null, (one, random) =>
    {
        var question = one.Question;
        foreach (var (json, what) in Changed(one.Policy, random, Changes * 4))
        {
            if (!SignaturePolicy.TryParse(json, out var policy, out _)
                || policy.Judge(question) is not { IsAllowed: true } verdict)
                continue;
            Assert.All(verdict.Requirements, requirement => Assert.True(
                requirement.Type == "insecureAcceptAnything"
                    ? one.PolicyText.Contains(requirement.Type, StringComparison.Ordinal)
                    : requirement.Tried.Any(tried => tried.Counts && IsReal(question, tried)),
                $"{what}: {requirement.Why}\n{one}"));
        }
    });

    // By the keys as they are, and not as a policy has them.
    private static bool IsReal(PolicyQuestion question, TriedSignature tried) => tried.Form is SignatureForm.Atomic
        ? Verifier.Verify(question.Signatures[tried.Number].Span, question.Manifest, Everybody, question.Now) is Verdict.Accepted
        : EverybodyOfCosign.Any(key => key.Accepts(question.Attached[tried.Number], question.Manifest));

    private void ForEach(string? verdict, Action<TrustCase, Random> change)
    {
        var tried = 0;
        Parallel.For(First, First + Cases, number =>
        {
            var one = CaseGenerator.Make(number, _keys.Path);
            if (verdict is not null && one.Judge().Verdict != verdict)
                return;
            Interlocked.Increment(ref tried);
            change(one, new Random(number));
        });
        output.WriteLine($"{tried} of {Cases} cases, {_changed} changes");
        Assert.InRange(tried, Cases / 10, Cases);
        Assert.InRange(_changed, Cases, int.MaxValue);
    }

    private IEnumerable<(byte[] Bytes, string What)> Changed(byte[] bytes, Random random, int times = Changes)
    {
        for (var left = bytes.Length == 0 ? 0 : times; left > 0; left--)
        {
            byte[] changed = [.. bytes];
            var place = random.Next(bytes.Length);
            changed[place] = random.Next(3) switch
            {
                0 => (byte)(changed[place] ^ (1 << random.Next(8))),
                1 => (byte)random.Next(' ', '\x7f'),
                _ => (byte)random.Next(256),
            };
            Interlocked.Increment(ref _changed);
            if (changed[place] != bytes[place])
                yield return (changed, $"byte {place} of {bytes.Length}: {bytes[place]:x2} to {changed[place]:x2}");
        }
    }

    private static void AssertRefused(TrustCase one, string what, Func<string, ReadOnlyMemory<byte>?>? readKeys = null)
    {
        if (!SignaturePolicy.TryParse(one.Policy, out var policy, out _))
            return;
        var verdict = policy.Judge(readKeys is null ? one.Question : one.Question with { ReadKeys = readKeys });
        Assert.False(verdict.IsAllowed, $"{what}: {verdict.Why}\n{one}");
    }

    private static List<T> With<T>(IReadOnlyList<T> all, int place, T other) =>
        [.. all.Take(place), other, .. all.Skip(place + 1)];

    private static IEnumerable<(Action<string, string> Put, string Place, string Key)> KeysIn(JsonNode? node) => node switch
    {
        JsonObject one => one.ToList().SelectMany(member => member.Value switch
        {
            JsonValue value when member.Key == "keyData" =>
                [((place, key) => one["keyData"] = key, value.GetPath(), value.GetValue<string>())],
            JsonArray list when member.Key == "keyDatas" => list.Select((value, number) => (
                (Action<string, string>)((_, key) => list[number] = key), value!.GetPath(), value.GetValue<string>())),
            _ => KeysIn(member.Value),
        }),
        JsonArray list => list.SelectMany(KeysIn),
        _ => [],
    };
}
