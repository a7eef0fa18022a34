using System.Text;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Sync;

/// <summary>Whose signatures count, by the settings of a remote: its keys, its policy, or everybody's.</summary>
internal sealed class SignatureTrust
{
    private readonly TrustedKeys? _keys;
    private readonly IReadOnlyList<CosignPublicKey> _cosign = [];

    public SignatureTrust(RemoteSettings settings)
    {
        if (settings.TrustedKeys is { Count: > 0 } given)
            (_keys, _cosign) = GivenKeys.Open(given);

        if (settings.SignaturePolicy is { } document)
            Policy = SignaturePolicy.TryParse(Encoding.UTF8.GetBytes(document), out var policy, out var refusal)
                ? policy
                : throw new ProblemException(
                    ProblemKind.FieldInvalid, $"The signature_policy of the remote cannot be used: {refusal}", "signature_policy");
    }

    /// <summary>The policy, or null.</summary>
    public SignaturePolicy? Policy { get; }

    /// <summary>Whether what cosign attaches can count by the keys alone: no policy says otherwise.</summary>
    public bool TakesAttached => _cosign.Count > 0 && Policy is null;

    /// <summary>Whether anything looks at what cosign attaches, and at who made it.</summary>
    public bool JudgesAttached => TakesAttached || Policy is { AsksForAttached: true };

    /// <summary>Whether not everybody's signatures count.</summary>
    public bool IsParticular => _keys is not null || Policy is not null;

    /// <summary>Why a signature does not count, in the end of a sentence; null where it does.</summary>
    public string? Refuse(byte[] signature, Digest manifest, DateTimeOffset now) => _keys is null
        ? null
        : Verifier.Verify(signature, manifest, _keys, now) is Verdict.Refused refused ? refused.Why : null;

    /// <summary>The same of what cosign attaches.</summary>
    public string? Refuse(AttachedSignature signature, Digest manifest) =>
        _keys is null || _cosign.Any(key => key.Accepts(signature, manifest)) ? null
        : signature.SpeaksOf(manifest) ? "none of the trusted keys made it."
        : "it is of something else.";

    /// <summary>Whether the policy accepts an image under one of its names.</summary>
    public bool Allows(
        string name,
        string reference,
        Digest manifest,
        IReadOnlyCollection<Signature> signatures,
        IReadOnlyList<AttachedSignature> attached,
        DateTimeOffset now) =>
        Policy is null
        || (ImageReference.TryParse(Digest.TryParse(reference, out _) ? $"{name}@{reference}" : $"{name}:{reference}", out var image)
            && Policy.Allows(new(
                image, manifest, [.. signatures.Select(signature => (ReadOnlyMemory<byte>)signature.Bytes)], _ => null, now)
            {
                Attached = attached,
            }));
}
