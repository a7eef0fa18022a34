using System.Diagnostics.CodeAnalysis;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>
/// A client's <c>policy.json</c>: which signatures an image needs. Source: containers-policy.json(5).
/// </summary>
/// <remarks>
/// Judges images of the docker transport, by atomic signatures and by those that cosign attaches. As clients read it,
/// <c>sigstoreSigned</c> that asks for certificates or a log is accepted in a file, and never met.
/// </remarks>
public sealed class SignaturePolicy
{
    private readonly IReadOnlyList<Requirement> _default;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Requirement>> _docker;

    internal SignaturePolicy(
        IReadOnlyList<Requirement> @default, IReadOnlyDictionary<string, IReadOnlyList<Requirement>> docker) =>
        (_default, _docker) = (@default, docker);

    /// <summary>
    /// Reads a policy file. False, with one sentence that says where and why, for one that clients refuse. Never throws.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SignaturePolicy? policy,
        [NotNullWhen(false)] out string? refusal) =>
        TryParse(json, PolicyDialect.Client, out policy, out refusal);

    /// <inheritdoc cref="TryParse(ReadOnlyMemory{byte}, out SignaturePolicy, out string)"/>
    /// <param name="json">The file.</param>
    /// <param name="dialect">How it may name keys.</param>
    /// <param name="policy">What it says.</param>
    /// <param name="refusal">Where it is wrong, and why.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        PolicyDialect dialect,
        [NotNullWhen(true)] out SignaturePolicy? policy,
        [NotNullWhen(false)] out string? refusal) =>
        new PolicyReader(dialect).TryRead(json, out policy, out refusal);

    /// <summary>A policy that takes what any of those keys signed, under whatever name.</summary>
    public static SignaturePolicy OfKeys(TrustedKeys certificates, IReadOnlyList<CosignPublicKey> publicKeys) =>
        new([new Requirement.SignedByAny(certificates, publicKeys)], new Dictionary<string, IReadOnlyList<Requirement>>());

    /// <summary>Whether any requirement looks at what cosign attaches.</summary>
    public bool AsksForAttached => All.Any(one =>
        one is Requirement.SigstoreSigned or Requirement.SignedByAny { PublicKeys.Count: > 0 });

    /// <summary>The keys that it names by fingerprint: of certificates, and of cosign.</summary>
    public IReadOnlyCollection<string> NamedKeys =>
    [
        .. All.Select(one => (one as Requirement.SignedBy)?.Keys ?? (one as Requirement.SigstoreSigned)?.Keys)
            .OfType<KeySource.Named>().SelectMany(keys => keys.Fingerprints).Distinct(),
    ];

    private IEnumerable<Requirement> All => _docker.Values.Append(_default).SelectMany(requirements => requirements);

    /// <summary>Whether the image may be used: all requirements of its most specific scope are met.</summary>
    public bool Allows(PolicyQuestion question) => Judge(question).IsAllowed;

    /// <summary>Whether the image may be used, and why.</summary>
    /// <param name="question">The image.</param>
    /// <param name="everything">
    /// Whether to look at every requirement and every signature, and not just at what decides: the answer is the same.
    /// </param>
    public PolicyVerdict Judge(PolicyQuestion question, bool everything = false)
    {
        var scope = Scopes.Of(question.Reference.WithDefaultTag()).FirstOrDefault(_docker.ContainsKey);
        var verdicts = new List<RequirementVerdict>();
        foreach (var requirement in scope is null ? _default : _docker[scope])
        {
            verdicts.Add(requirement.Judge(question, everything));
            if (!verdicts[^1].IsMet && !everything)
                break;
        }

        return new(verdicts.TrueForAll(one => one.IsMet), scope, verdicts);
    }
}
