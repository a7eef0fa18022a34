using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Trust;

/// <summary>Judges one piece of an audit: what there is to judge by is read for all of it at once.</summary>
internal sealed class AuditWork(
    IAuditStore audits, AuditBasis basis, ImageJudge judge, ImageEvidence evidence, ISignatureReader signatures,
    IContentReader content)
{
    private const int SignaturesAtOnce = 1_000;

    public async Task JudgeAsync(AuditPiece piece, CancellationToken cancellationToken)
    {
        var parameters = await audits.FindAsync(piece.Audit, cancellationToken);
        var name = await audits.FindAsync(piece.Audit, piece.Name, cancellationToken);
        if (parameters is null || name is null)
            throw new ProblemException(ProblemKind.NameUnknown, "The audit was deleted meanwhile.", piece.Audit.ToString());
        var by = await basis.OpenAsync(parameters, name, cancellationToken);
        Digest[] named = [.. piece.Manifests.Select(Digest.Parse)];
        var manifests = await audits.DescribeAsync(name.Repository, name.Version, named, cancellationToken);
        var known = await ReadSignaturesAsync(name, named, cancellationToken);
        var found = new List<AuditedImage>();
        foreach (var manifest in manifests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (manifest.Attaches && await AttachesOnlyAsync(manifest, cancellationToken))
                continue;
            foreach (var tag in manifest.Tags.Count == 0 ? [null] : manifest.Tags.Cast<Tag?>())
                if (NameOf(parameters, name, manifest, tag) is { } reference)
                {
                    var now = await JudgeAsync(by.Now, name, manifest, reference, known, cancellationToken);
                    var tried = parameters.IsSimulation
                        ? await JudgeAsync(by.Tried, name, manifest, reference, known, cancellationToken)
                        : now;
                    found.Add(new(
                        Guid.CreateVersion7(), name.Name, manifest.Digest, tag, tried.IsValid,
                        parameters.IsSimulation ? now.IsValid : null, tried.Fingerprint, tried.Why));
                }
        }

        await audits.AddAsync(piece.Audit, found, cancellationToken);
    }

    private static ImageReference? NameOf(AuditParameters parameters, AuditedName name, AuditedManifest manifest, Tag? tag) =>
        ImageReference.TryParse(
            $"{parameters.Host}/{name.Name}{(tag is null ? $"@{manifest.Digest}" : $":{tag}")}", out var reference)
            ? reference
            : null;

    private async Task<Outcome> JudgeAsync(
        JudgedBy? by, AuditedName name, AuditedManifest manifest, ImageReference reference,
        ILookup<Digest, ServedSignature> known, CancellationToken cancellationToken)
    {
        if (by is null)
            return new(true, null, "No trust policy holds for this name: anything may be pulled.");
        if (manifest.IsIndex)
            return await JudgeIndexAsync(by, name, manifest, reference, cancellationToken);
        var signed = manifest.Sha256;
        var attached = await evidence.ReadAttachedAsync(by, name.Repository, name.Version, signed, cancellationToken);
        var verdict = ImageJudge.Judge(
            by, manifest.Digest, signed, reference,
            new(by.Withheld.LeftOf([.. known[manifest.Digest]]), attached)).Verdict;
        return new(verdict.IsAllowed, verdict.Fingerprint, verdict.Why);
    }

    // Valid is what can be pulled whole, whatever the platform.
    private async Task<Outcome> JudgeIndexAsync(
        JudgedBy by, AuditedName name, AuditedManifest manifest, ImageReference reference,
        CancellationToken cancellationToken)
    {
        if (await content.FindManifestAsync(manifest.Digest, cancellationToken) is not { } index)
            return new(false, null, "It is not here any more.");
        var images = await judge.JudgeAsync(
            by with { Everything = true }, name.Repository, name.Version, index, reference, cancellationToken);
        return images.Select(one => one.Verdict).FirstOrDefault(one => !one.IsAllowed) is { } refused
                ? new(false, null, $"Of its image {refused.Manifest}: {refused.Why}")
            : images is [var first, ..]
                ? new(true, first.Verdict.Fingerprint, $"All {images.Count} images that it lists here: {first.Verdict.Why}")
            : new(false, null, "It lists no image that is here, and only images are judged.");
    }

    private async Task<bool> AttachesOnlyAsync(AuditedManifest manifest, CancellationToken cancellationToken) =>
        await content.FindManifestAsync(manifest.Digest, cancellationToken) is not { } stored
        || stored.TryRead() is not { } document || SignatureManifests.IsNothingElse(document);

    // Manifests that follow each other have signatures that do.
    private async Task<ILookup<Digest, ServedSignature>> ReadSignaturesAsync(
        AuditedName name, Digest[] manifests, CancellationToken cancellationToken)
    {
        var found = new List<(Digest Manifest, ServedSignature Signature)>();
        var (last, end) = (manifests[0].ToString(), manifests[^1].ToString());
        while (true)
        {
            var page = await signatures.ListAllAsync(
                name.Repository, name.Version, last, SignaturesAtOnce, Withheld.Nothing, cancellationToken);
            foreach (var signature in page)
            {
                var manifest = signature.Key.Manifest;
                if (string.CompareOrdinal(manifest.ToString(), end) > 0)
                    return Sort();
                found.Add((manifest, signature));
            }

            if (page.Count < SignaturesAtOnce)
                return Sort();
            last = page[^1].Key.ToString();
        }

        ILookup<Digest, ServedSignature> Sort() => found.ToLookup(one => one.Manifest, one => one.Signature);
    }

    private sealed record Outcome(bool IsValid, string? Fingerprint, string Why);
}
