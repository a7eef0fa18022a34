using System.Text.Json;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Policies;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>policy-vectors.json: what skopeo 1.9.3 and 1.18 both decided.</summary>
public sealed class PolicyVectorTests
{
    private static readonly Dictionary<string, string> OnPurpose = new()
    {
        // A bound subkey signs for its primary key: containers/image 5.37 agrees, the recorded versions did not.
        ["subkey signature, primary trusted"] = "accept",
    };

    private static readonly List<PolicyVector> Vectors =
        JsonSerializer.Deserialize<List<PolicyVector>>(Fixtures.Read("policy-vectors.json"), JsonSerializerOptions.Web)!;

    public static TheoryData<int, string> All => [.. Vectors.Select((vector, number) => (number, vector.Name))];

    [Theory, MemberData(nameof(All))]
    public void The_decision_is_that_of_skopeo(int number, string name)
    {
        var vector = Vectors[number];
        var expected = OnPurpose.GetValueOrDefault(name, vector.Expected);
        Assert.Equal(expected, Decide(vector));
    }

    private static string Decide(PolicyVector vector)
    {
        if (!SignaturePolicy.TryParse(JsonSerializer.SerializeToUtf8Bytes(vector.Policy), out var policy, out var refusal))
        {
            Assert.EndsWith(".", refusal, StringComparison.Ordinal);
            return "policy-invalid";
        }
        Assert.True(ImageReference.TryParse(vector.Reference, out var reference));
        var question = new PolicyQuestion(
            reference,
            Fixtures.DigestOf(vector.Manifest),
            [.. vector.Signatures.Select(file => (ReadOnlyMemory<byte>)Fixtures.Read(file))],
            ReadKeys,
            Fixtures.Now);
        return policy.Allows(question) ? "accept" : "reject";
    }

    private static ReadOnlyMemory<byte>? ReadKeys(string path) =>
        path.StartsWith('/') ? null : (ReadOnlyMemory<byte>?)Fixtures.Read(path);

    private sealed record PolicyVector(
        string Name, JsonElement Policy, string Reference, string Manifest, string[] Signatures, string Expected);
}
