using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Cosign;
using OrleansRegistry.Signatures.Policies;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Trust;

/// <summary>Judges images by a policy: a pull, an explanation and an audit are judged here alike.</summary>
internal sealed class ImageJudge(ImageEvidence evidence, IVersionReader versions, IContentReader content)
{
    // Of indexes within indexes.
    private const int MostDepth = 4;

    /// <summary>
    /// What a policy says of a manifest by one name: of an image, one verdict; of an index, those on the images that it lists
    /// and that are here, for clients judge nothing else of it.
    /// </summary>
    /// <remarks>Up to the first that is allowed, where not everything is asked for.</remarks>
    public async Task<IReadOnlyList<TimedVerdict>> JudgeAsync(
        JudgedBy by, Guid repository, int version, Manifest manifest, ImageReference reference,
        CancellationToken cancellationToken)
    {
        var verdicts = new List<TimedVerdict>();
        await JudgeAsync(by, repository, version, manifest, reference, verdicts, 0, cancellationToken);
        return verdicts;
    }

    private async Task JudgeAsync(
        JudgedBy by, Guid repository, int version, Manifest manifest, ImageReference reference,
        List<TimedVerdict> verdicts, int depth, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsIndex(manifest.MediaType) || manifest.TryRead() is not { } index)
        {
            verdicts.Add(await JudgeImageAsync(by, repository, version, manifest, reference, cancellationToken));
            return;
        }

        foreach (var child in depth < MostDepth ? index.Children : [])
        {
            var unit = ContentUnit.Manifest(child).InRepository;
            if (by.Withheld.Has(child)
                || await versions.FindAsync(repository, version, unit, cancellationToken) is null
                || await content.FindManifestAsync(child, cancellationToken) is not { } image)
                continue;
            await JudgeAsync(by, repository, version, image, reference, verdicts, depth + 1, cancellationToken);
            if (!by.Everything && verdicts is [.., { Verdict.IsAllowed: true }])
                return;
        }
    }

    private async Task<TimedVerdict> JudgeImageAsync(
        JudgedBy by, Guid repository, int version, Manifest manifest, ImageReference reference,
        CancellationToken cancellationToken)
    {
        var found = await evidence.ReadAsync(by, repository, version, manifest, cancellationToken);
        return Judge(by, manifest.Digest, manifest.OtherName ?? manifest.Digest, reference, found);
    }

    /// <summary>What a policy says of an image by one name.</summary>
    /// <param name="by">The policy, and what else counts.</param>
    /// <param name="manifest">The image, as it is stored.</param>
    /// <param name="signed">The SHA-256 digest of its manifest.</param>
    /// <param name="reference">Its name.</param>
    /// <param name="found">What there is to judge it by.</param>
    public static TimedVerdict Judge(
        JudgedBy by, Digest manifest, Digest signed, ImageReference reference, Evidence found)
    {
        var verdict = by.Policy.Judge(
            new(
                reference, signed,
                [.. found.Signatures.Select(one => (ReadOnlyMemory<byte>)one.Bytes)], _ => null, by.Now)
            {
                Attached = [.. found.Attached.Select(one => one.Signature)],
                Known = by.Keys,
            },
            by.Everything);
        return new(
            new(
                manifest, reference.ToString(), verdict.IsAllowed, verdict.Why, verdict.Scope,
                [.. verdict.Requirements.Select(one => Shown(one, found))]),
            verdict.EndsAt);
    }

    private static JudgedRequirement Shown(RequirementVerdict verdict, Evidence found) => new(
        verdict.Type, verdict.IsMet, verdict.Why,
        [
            .. verdict.Tried.Select(tried => tried.Form is SignatureForm.Atomic
                ? new JudgedSignature(
                    "atomic", found.Signatures[tried.Number].Name, found.Signatures[tried.Number].KeyId,
                    tried.Fingerprint, tried.Reference, tried.Rule, tried.Counts, tried.Why)
                : new JudgedSignature(
                    "cosign", found.Attached[tried.Number].Manifest.ToString(), null, tried.Fingerprint,
                    tried.Reference, tried.Rule, tried.Counts, tried.Why)),
        ]);
}

/// <summary>Everything that a verdict follows from, besides the image and its name.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Keys">The keys that it may name.</param>
/// <param name="Withheld">What may not be served.</param>
/// <param name="Now">When it is asked.</param>
/// <param name="Everything">Whether to look at all there is, to explain it.</param>
internal sealed record JudgedBy(
    SignaturePolicy Policy, INamedKeys Keys, Withheld Withheld, DateTimeOffset Now, bool Everything)
{
    /// <summary>Keys of cosign that are taken for revoked, to try what that would be.</summary>
    public IReadOnlyList<CosignPublicKey> Without { get; init; } = [];
}

/// <param name="Verdict">The verdict.</param>
/// <param name="EndsAt">When what allows the image ends by itself; null for never.</param>
internal sealed record TimedVerdict(ImageVerdict Verdict, DateTimeOffset? EndsAt);
