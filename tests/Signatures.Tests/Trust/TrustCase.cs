using System.Text;
using System.Text.RegularExpressions;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>An image that somebody is about to pull under a policy.</summary>
/// <param name="Number">What it was generated from.</param>
/// <param name="Reference">As the user wrote it.</param>
/// <param name="Manifest">The one that is served for it: a file of the fixtures.</param>
/// <param name="Policy">The file.</param>
/// <param name="Signatures">Atomic ones.</param>
/// <param name="Attached">What cosign attached.</param>
internal sealed partial record TrustCase(
    int Number,
    string Reference,
    string Manifest,
    byte[] Policy,
    IReadOnlyList<GeneratedSignature> Signatures,
    IReadOnlyList<GeneratedAttachment> Attached)
{
    public const string Allowed = "allowed", Refused = "refused", Invalid = "invalid";

    /// <summary>The manifest that is judged: of an index, the one for amd64.</summary>
    public string Instance => Manifest == "manifests/oci-index.json" ? "manifests/oci-amd64.json" : Manifest;

    public bool AsksForAttached => PolicyText.Contains("sigstoreSigned", StringComparison.Ordinal);

    public string PolicyText => Encoding.UTF8.GetString(Policy);

    /// <summary>What is said of it here, and why.</summary>
    public (string Verdict, string Why) Judge()
    {
        if (!SignaturePolicy.TryParse(Policy, out var policy, out var refusal))
            return (Invalid, refusal);
        var verdict = policy.Judge(Question);
        return (verdict.IsAllowed ? Allowed : Refused, $"{verdict.Scope}: {verdict.Why}");
    }

    public PolicyQuestion Question => new(
        ImageReference.TryParse(Reference, out var reference) ? reference : throw new FormatException(Reference),
        Fixtures.DigestOf(Instance),
        [.. Signatures.Select(one => (ReadOnlyMemory<byte>)one.Blob)],
        path => File.Exists(path) ? (ReadOnlyMemory<byte>?)File.ReadAllBytes(path) : null,
        DateTimeOffset.UtcNow)
    {
        Attached = [.. Attached.Select(one => AttachedSignature.OfPayload(one.Payload, one.Value))],
    };

    [GeneratedRegex(@"([A-Za-z0-9+/]{60})[A-Za-z0-9+/=]{40,}")]
    private static partial Regex LongTexts { get; }

    public override string ToString() => new StringBuilder()
        .AppendLine($"Case {Number}: {Reference}, {Manifest}")
        .AppendLine(LongTexts.Replace(PolicyText, "$1…"))
        .AppendJoin('\n', Signatures.Select(one => $"signature: {one.What}")).AppendLine()
        .AppendJoin('\n', Attached.Select(one => $"attached: {one.What}")).ToString();
}

/// <summary>An atomic signature.</summary>
/// <param name="What">In words.</param>
/// <param name="IsIntact">Whether nothing in it was broken, so that no change mends it.</param>
/// <param name="OnPurpose">Why another verdict of it is on purpose.</param>
internal sealed record GeneratedSignature(
    string What, byte[] Blob, bool IsIntact, params IReadOnlyList<string?> OnPurpose);

/// <summary>A signature of cosign: a layer and its annotation.</summary>
internal sealed record GeneratedAttachment(string What, byte[] Payload, byte[] Value, bool IsIntact = true);
