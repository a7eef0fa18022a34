using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>Signs one piece of work as cosign does. Referrers are stored whole; what belongs under a tag is put there at the end.</summary>
internal sealed class CosignSigning(
    IMadeSignatures made,
    IAttachmentStore attachments,
    IContentReader content,
    IHeadReader head,
    GeneratedBlobs blobs)
{
    public async Task<SignedChunk> SignAsync(
        SigningServiceRecord service, CosignKey key, SigningChunk chunk, CancellationToken cancellationToken)
    {
        var repository = chunk.Repository ?? throw new ProblemException(
            ProblemKind.SignatureInvalid, "What cosign signs is attached to an image in a repository: sign it there.");
        var failures = new List<SigningFailure>();
        var forTags = service.Attachment is CosignAttachment.Tag or CosignAttachment.Both
            ? await SignForTagsAsync(repository, key, chunk, failures, cancellationToken)
            : [];
        var (referrers, written) = service.Attachment is CosignAttachment.Referrer or CosignAttachment.Both
            ? await ReferAsync(repository, service, key, chunk, cancellationToken)
            : ([], []);
        var images = forTags.Select(one => Digest.Parse(one.Image)).Concat(written).Distinct();
        return new(chunk.Targets.Length - failures.Count, images.Count())
        {
            ForTags = forTags,
            Referrers = referrers,
            Failures = [.. failures],
        };
    }

    // Images whose tag holds a good signature by this key need none. One whose tag holds what cannot be read is left out.
    private async Task<CosignSignature[]> SignForTagsAsync(
        Guid repository,
        CosignKey key,
        SigningChunk chunk,
        List<SigningFailure> failures,
        CancellationToken cancellationToken)
    {
        var tags = (await head.FindAsync(
            repository,
            [.. chunk.Targets.Select(target => ContentKey.Tag(CompanionTags.SignaturesOf(target.Sha256)))],
            cancellationToken)).ToDictionary(unit => unit.Name, unit => unit.Target!.Value);
        var signed = new List<CosignSignature>();
        foreach (var target in chunk.Targets)
        {
            var payload = AtomicPayload.WriteCosign(target.Sha256, target.Reference);
            try
            {
                if (tags.TryGetValue(CompanionTags.SignaturesOf(target.Sha256), out var manifest)
                    && CosignAttachments.LayersOf(
                        await content.FindManifestAsync(manifest, cancellationToken))
                        .Exists(layer => CosignAttachments.IsOwn(layer, key, payload))
                    && !chunk.Again)
                    continue;
            }
            catch (SigningFailedException failure)
            {
                failures.Add(new($"{target.Manifest}", target.Reference, failure.Message));
                continue;
            }

            signed.Add(new($"{target.Manifest}", $"{target.Sha256}", payload, key.Sign(payload)));
        }

        await blobs.StoreAsync(repository, signed.Select(one => one.Payload), cancellationToken);
        return [.. signed];
    }

    private async Task<(Attachment[] Referrers, Digest[] Written)> ReferAsync(
        Guid repository,
        SigningServiceRecord service,
        CosignKey key,
        SigningChunk chunk,
        CancellationToken cancellationToken)
    {
        var found = await made.FindAsync(
            service.Fingerprint, chunk.Targets, chunk.Again ? chunk.Task : null, cancellationToken);
        var written = new Dictionary<SigningTarget, Manifest>();
        var parts = new List<byte[]>();
        foreach (var target in chunk.Targets.Where(target => !found.ContainsKey(target)))
        {
            var image = await content.FindManifestAsync(target.Manifest, cancellationToken);
            if (image is null)
                continue; // it has left the server, and needs no signature
            var payload = AtomicPayload.WriteCosign(target.Sha256, target.Reference);
            var (manifest, config) = CosignAttachments.Write(
                [CosignAttachments.Layer(payload, key.Sign(payload))], image);
            parts.AddRange([payload, config]);
            written.Add(target, manifest);
        }

        var counting = new Dictionary<SigningTarget, ContentKey>(found);
        if (written.Count > 0)
        {
            await blobs.StoreAsync(repository, parts, cancellationToken);
            var keys = written.ToDictionary(one => one.Key, one => ContentKey.Manifest(one.Value.Digest));
            await attachments.StoreAsync(written.Values, [], cancellationToken);
            await made.AdoptAsync(service.Fingerprint, keys, chunk.Task, cancellationToken);

            // Of two who attach to the same image at once, one counts.
            foreach (var (target, manifest) in chunk.Again
                ? keys
                : await made.FindAsync(service.Fingerprint, written.Keys, null, cancellationToken))
                counting[target] = manifest;
        }

        return (
            [.. counting.Select(one => new Attachment(one.Key.Manifest, one.Value.Digest))],
            [.. written.Keys.Select(target => target.Manifest)]);
    }
}
