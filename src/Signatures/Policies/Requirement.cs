using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>One requirement of a policy. Source: containers-policy.json(5), policy requirements.</summary>
internal abstract record Requirement
{
    private Requirement()
    {
    }

    public abstract bool Allows(PolicyQuestion question);

    public sealed record AcceptAnything : Requirement
    {
        public override bool Allows(PolicyQuestion question) => true;
    }

    /// <summary>
    /// Also stands for what parses and can never be met here: signed base layers, X.509, signatures without a key.
    /// </summary>
    public sealed record Reject : Requirement
    {
        public override bool Allows(PolicyQuestion question) => false;
    }

    /// <summary>Met by one good signature by any of the keys, whose reference the rule accepts.</summary>
    public sealed record SignedBy(KeySource Keys, IdentityRule Rule) : Requirement
    {
        public override bool Allows(PolicyQuestion question)
        {
            if (Keys.Load(question.ReadKeys) is not { } keys)
                return false;
            var pulled = question.Reference.WithDefaultTag();
            return question.Signatures.Any(blob =>
                Verifier.Verify(blob.Span, question.Manifest, keys, question.Now) is Verdict.Accepted accepted
                && Rule.Accepts(pulled, accepted.DockerReference));
        }
    }

    /// <summary>Met by one good signature that cosign attached, by any of the keys, whose reference the rule accepts.</summary>
    public sealed record SigstoreSigned(IReadOnlyList<CosignPublicKey> Keys, IdentityRule Rule) : Requirement
    {
        public override bool Allows(PolicyQuestion question)
        {
            var pulled = question.Reference.WithDefaultTag();
            return question.Attached.Any(signature =>
                Keys.Any(key => key.Accepts(signature, question.Manifest))
                && signature.DockerReference is { } reference && Rule.Accepts(pulled, reference));
        }
    }
}
