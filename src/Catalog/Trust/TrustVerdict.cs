using OrleansRegistry.Oci;

namespace OrleansRegistry.Trust;

/// <summary>What the policy that a name is held to says of an image by that name.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="IsAllowed">Whether it may be pulled.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Images">
/// What was judged: the image itself, or those that it lists; none for what no policy judges. Of those that are not allowed,
/// and of one that is; of all where everything was asked for.
/// </param>
public sealed record TrustVerdict(TrustPolicyRecord Policy, bool IsAllowed, string Why, IReadOnlyList<ImageVerdict> Images);

/// <summary>What a policy says of one image by one name.</summary>
/// <param name="Manifest">Its digest.</param>
/// <param name="Reference">The name that it was judged by, as its user pulls it.</param>
/// <param name="IsAllowed">Whether all requirements are met.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Scope">The scope of the transport <c>docker</c> that holds; null for the policy's default.</param>
/// <param name="Requirements">In order.</param>
public sealed record ImageVerdict(
    Digest Manifest,
    string Reference,
    bool IsAllowed,
    string Why,
    string? Scope,
    IReadOnlyList<JudgedRequirement> Requirements)
{
    /// <summary>The key by which it is allowed: upper-case hex digits; null where no signature was needed, or none counts.</summary>
    public string? Fingerprint => IsAllowed
        ? Requirements.SelectMany(one => one.Signatures).FirstOrDefault(one => one.Counts)?.Fingerprint
        : null;
}

/// <summary>What became of one requirement of a policy.</summary>
/// <param name="Type">As policy.json names it.</param>
/// <param name="IsMet">Whether it is.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Signatures">Those that it looked at.</param>
public sealed record JudgedRequirement(string Type, bool IsMet, string Why, IReadOnlyList<JudgedSignature> Signatures);

/// <summary>A signature that a requirement looked at.</summary>
/// <param name="Form"><c>atomic</c> or <c>cosign</c>.</param>
/// <param name="Name">Atomic: its name in the registry extension. Cosign: the digest of the manifest that attaches it.</param>
/// <param name="KeyId">The key that it names: 16 upper-case hex digits; null where it names none.</param>
/// <param name="Fingerprint">The trusted key that made it; null where none did.</param>
/// <param name="Reference">The image reference that it is for, where a trusted key vouches for that; else null.</param>
/// <param name="Rule">The rule that its reference was judged by, as policy.json names it; null where it did not come to that.</param>
/// <param name="Counts">Whether it meets the requirement.</param>
/// <param name="Why">One sentence.</param>
public sealed record JudgedSignature(
    string Form, string Name, string? KeyId, string? Fingerprint, string? Reference, string? Rule, bool Counts, string Why);
