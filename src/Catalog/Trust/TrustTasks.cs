namespace OrleansRegistry.Trust;

/// <summary>The task that changes a trust policy: those settings that differ before and after.</summary>
/// <param name="Id">The policy.</param>
/// <param name="Before">What it said.</param>
/// <param name="After">What it is to say.</param>
/// <param name="By">The name of the user who wants it, or empty.</param>
public sealed record TrustPolicyUpdate(Guid Id, TrustPolicySettings Before, TrustPolicySettings After, string By)
{
    public const string Kind = "trust-policy.update";
}

/// <summary>The task that deletes a trust policy.</summary>
public sealed record TrustPolicyDeletion(Guid Id, string By)
{
    public const string Kind = "trust-policy.delete";
}
