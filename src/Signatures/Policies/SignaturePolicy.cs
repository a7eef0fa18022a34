using System.Diagnostics.CodeAnalysis;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>
/// A client's <c>policy.json</c>: which signatures an image needs. Source: containers-policy.json(5).
/// </summary>
/// <remarks>
/// Judges images of the docker transport, by atomic signatures and by those that cosign attaches. <c>sigstoreSigned</c> with
/// anything but <c>keyData</c> or <c>keyDatas</c> is accepted in a file, its members unread, and never met.
/// </remarks>
public sealed class SignaturePolicy
{
    private readonly IReadOnlyList<Requirement> _default;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<Requirement>> _docker;

    internal SignaturePolicy(
        IReadOnlyList<Requirement> @default, IReadOnlyDictionary<string, IReadOnlyList<Requirement>> docker) =>
        (_default, _docker) = (@default, docker);

    /// <summary>
    /// Reads a policy file. False, with one sentence that says why, for one that clients refuse. Never throws.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out SignaturePolicy? policy,
        [NotNullWhen(false)] out string? refusal) =>
        PolicyReader.TryRead(json, out policy, out refusal);

    /// <summary>Whether any requirement looks at what cosign attaches.</summary>
    public bool AsksForAttached =>
        _docker.Values.Append(_default).Any(requirements => requirements.Any(one => one is Requirement.SigstoreSigned));

    /// <summary>Whether the image may be used: all requirements of its most specific scope are met.</summary>
    public bool Allows(PolicyQuestion question)
    {
        var scope = Scopes.Of(question.Reference.WithDefaultTag()).FirstOrDefault(_docker.ContainsKey);
        var requirements = scope is null ? _default : _docker[scope];
        return requirements.All(requirement => requirement.Allows(question));
    }
}
