namespace OrleansRegistry.Signatures.Policies;

/// <summary>What a policy says of an image, and why.</summary>
/// <param name="IsAllowed">Whether all requirements are met.</param>
/// <param name="Scope">The scope of the docker transport that holds; null for the policy's default.</param>
/// <param name="Requirements">In order; up to the first that is not met, where not everything was asked for.</param>
public sealed record PolicyVerdict(bool IsAllowed, string? Scope, IReadOnlyList<RequirementVerdict> Requirements)
{
    /// <summary>Why, in one sentence.</summary>
    public string Why => Requirements.FirstOrDefault(one => one.IsMet == IsAllowed)?.Why ?? "";

    /// <summary>When what allows it ends by itself: a key or a signature expires. Null for never.</summary>
    public DateTimeOffset? EndsAt => Requirements.Min(one => one.EndsAt);
}

/// <summary>What became of one requirement.</summary>
/// <param name="Type">As policy.json names it.</param>
/// <param name="IsMet">Whether it is.</param>
/// <param name="Why">One sentence.</param>
/// <param name="Tried">The signatures that it looked at, up to the first that counts where not everything was asked for.</param>
public sealed record RequirementVerdict(string Type, bool IsMet, string Why, IReadOnlyList<TriedSignature> Tried)
{
    /// <summary>When what meets it ends by itself; null for never.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>A signature that a requirement looked at.</summary>
/// <param name="Form">What kind it is.</param>
/// <param name="Number">Which of the question's signatures of that kind, from 0.</param>
/// <param name="Counts">Whether it meets the requirement.</param>
/// <param name="Why">One sentence.</param>
public sealed record TriedSignature(SignatureForm Form, int Number, bool Counts, string Why)
{
    /// <summary>The trusted key that made it: its fingerprint, in upper-case hex digits; null where none did.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The image reference that it is for, if the key vouches for that; else null.</summary>
    public string? Reference { get; init; }

    /// <summary>The rule that its reference was judged by, as policy.json names it; null where it did not come to that.</summary>
    public string? Rule { get; init; }

    /// <summary>When it ends by itself, or its key does; null for never.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}

/// <summary>Kinds of signatures that policies look at.</summary>
public enum SignatureForm
{
    /// <summary>An atomic container signature: OpenPGP.</summary>
    Atomic,

    /// <summary>Attached by cosign.</summary>
    Cosign,
}
