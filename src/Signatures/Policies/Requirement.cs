using OrleansRegistry.Oci;
using OrleansRegistry.Signatures.Cosign;

namespace OrleansRegistry.Signatures.Policies;

/// <summary>One requirement of a policy. Source: containers-policy.json(5), policy requirements.</summary>
internal abstract record Requirement
{
    private Requirement()
    {
    }

    /// <param name="question">The image.</param>
    /// <param name="everything">Whether to go on where the answer is known already: to explain it.</param>
    public abstract RequirementVerdict Judge(PolicyQuestion question, bool everything);

    public sealed record AcceptAnything : Requirement
    {
        private static readonly RequirementVerdict Met =
            new("insecureAcceptAnything", true, "The policy takes any image here, signed or not.", []);

        public override RequirementVerdict Judge(PolicyQuestion question, bool everything) => Met;
    }

    /// <param name="Type">
    /// As policy.json names it: what parses and can never be met here is a refusal too, such as signed base layers, X.509,
    /// and signatures without a key.
    /// </param>
    /// <param name="Why">One sentence.</param>
    public sealed record Reject(string Type, string Why) : Requirement
    {
        public override RequirementVerdict Judge(PolicyQuestion question, bool everything) => new(Type, false, Why, []);
    }

    /// <summary>Met by one good signature by any of the keys, whose reference the rule accepts.</summary>
    public sealed record SignedBy(KeySource Keys, IdentityRule Rule) : Requirement
    {
        public override RequirementVerdict Judge(PolicyQuestion question, bool everything)
        {
            if (Keys.Certificates(question, out var why) is not { } keys)
                return new("signedBy", false, $"The keys of the requirement cannot be read: {why}", []);
            var pulled = question.Reference.WithDefaultTag();
            return Sum("signedBy", everything, question.Signatures.Select((blob, number) =>
                Verifier.Verify(blob.Span, question.Manifest, keys, question.Now) switch
                {
                    Verdict.Accepted accepted => ByReference(
                        new(SignatureForm.Atomic, number, true, "") { EndsAt = accepted.EndsAt },
                        accepted.SigningFingerprint, accepted.DockerReference, pulled, Rule),
                    Verdict.Refused refused => new(SignatureForm.Atomic, number, false, refused.Why),
                    _ => throw new InvalidOperationException(),
                }));
        }
    }

    /// <summary>Met by one good signature that cosign attached, by any of the keys, whose reference the rule accepts.</summary>
    public sealed record SigstoreSigned(KeySource Keys, IdentityRule Rule) : Requirement
    {
        public override RequirementVerdict Judge(PolicyQuestion question, bool everything)
        {
            if (Keys.PublicKeys(question, out var why) is not { } keys)
                return new("sigstoreSigned", false, $"The keys of the requirement cannot be read: {why}", []);
            var pulled = question.Reference.WithDefaultTag();
            return Sum("sigstoreSigned", everything, question.Attached.Select((signature, number) =>
            {
                var tried = new TriedSignature(SignatureForm.Cosign, number, false, "");
                return signature.IsStatement
                        ? tried with { Why = "It is a bundle that names no image, which this type does not look at." }
                    : keys.FirstOrDefault(key => key.Made(signature)) is not { } maker
                        ? tried with { Why = "None of the keys made it, or it was changed." }
                    : !signature.TryReadPayload(out var payload, out var refusal)
                        ? tried with { Why = refusal, Fingerprint = maker.Fingerprint }
                    : payload.ManifestDigest != question.Manifest
                        ? tried with
                        {
                            Why = $"The signature is for manifest {payload.ManifestDigest}, not for {question.Manifest}.",
                            Fingerprint = maker.Fingerprint,
                        }
                    : ByReference(tried, maker.Fingerprint, payload.DockerReference, pulled, Rule);
            }));
        }
    }

    /// <summary>Met by one good signature of either kind, by any of the keys, whatever reference it is for.</summary>
    public sealed record SignedByAny(TrustedKeys Certificates, IReadOnlyList<CosignPublicKey> PublicKeys) : Requirement
    {
        public override RequirementVerdict Judge(PolicyQuestion question, bool everything)
        {
            var atomic = new SignedBy(new KeySource.OpenPgp(Certificates), new IdentityRule.Any()).Judge(question, everything);
            if (PublicKeys.Count == 0 || (atomic.IsMet && !everything))
                return atomic with { Type = "keys" };
            var cosign = new SigstoreSigned(new KeySource.Cosign(PublicKeys), new IdentityRule.Any()).Judge(question, everything);
            var decisive = atomic.IsMet || (!cosign.IsMet && atomic.Tried.Count > 0) ? atomic : cosign;
            return decisive with { Type = "keys", Tried = [.. atomic.Tried, .. cosign.Tried] };
        }
    }

    private static TriedSignature ByReference(
        TriedSignature tried, string fingerprint, string reference, ImageReference pulled, IdentityRule rule)
    {
        var accepts = rule.Accepts(pulled, reference);
        return tried with
        {
            Counts = accepts,
            Why = accepts
                ? $"Key {fingerprint} signed this image as {reference}."
                : $"The signature is for '{reference}', which {rule.Type} does not accept for {pulled}.",
            Fingerprint = fingerprint,
            Reference = reference,
            Rule = rule.Type,
        };
    }

    private static RequirementVerdict Sum(string type, bool everything, IEnumerable<TriedSignature> signatures)
    {
        var tried = new List<TriedSignature>();
        foreach (var signature in signatures)
        {
            tried.Add(signature);
            if (signature.Counts && !everything)
                break;
        }

        var counts = tried.Where(one => one.Counts).ToList();
        var why = (counts, tried) switch
        {
            ([var first, ..], _) => first.Why,
            (_, []) => "A signature is required, and the image has none of this kind.",
            (_, [var only]) => $"A signature is required, and the one that is there does not count: {only.Why}",
            _ => $"A signature is required, and none of the {tried.Count} that are there counts: {tried[0].Why}",
        };
        // It stands as long as any of them does.
        var ends = counts.Exists(one => one.EndsAt is null) ? null : counts.Max(one => one.EndsAt);
        return new(type, counts.Count > 0, why, tried) { EndsAt = ends };
    }
}
