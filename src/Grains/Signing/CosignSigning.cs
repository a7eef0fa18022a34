using System.Text.Json.Nodes;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Signing;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Signing;

/// <summary>Signs one piece of work as cosign does: under its tag, as a referrer, or both.</summary>
/// <remarks>
/// The tag is read, appended to and written, as cosign does it: who pushes another signature of the same image to it at
/// the same moment may lose it, with cosign as with us.
/// </remarks>
internal sealed class CosignSigning(
    IMadeSignatures made,
    IAttachmentStore attachments,
    IContentReader content,
    IHeadReader head,
    IUploadFiles uploads,
    IBlobStore blobs)
{
    public async Task<SignedChunk> SignAsync(
        SigningServiceRecord service, CosignKey key, SigningChunk chunk, CancellationToken cancellationToken)
    {
        var repository = chunk.Repository ?? throw new ProblemException(
            ProblemKind.SignatureInvalid, "What cosign signs is attached to an image in a repository: sign it there.");
        var identities = new List<string>();
        var count = 0;
        if (service.Attachment is CosignAttachment.Tag or CosignAttachment.Both)
            count += await TagAsync(repository, key, chunk, identities, cancellationToken);
        if (service.Attachment is CosignAttachment.Referrer or CosignAttachment.Both)
            count += await ReferAsync(repository, service, key, chunk, identities, cancellationToken);
        return new([.. identities], count, []);
    }

    private async Task<int> TagAsync(
        Guid repository, CosignKey key, SigningChunk chunk, List<string> identities, CancellationToken cancellationToken)
    {
        var tags = chunk.Targets.ToDictionary(
            target => CosignAttachments.TagOf(Digest.Parse(target.Sha256)), target => target);
        var held = (await head.FindAsync(
            repository,
            [.. tags.Keys.Select(tag => new ContentKey(ContentKind.Tag, tag.ToString()))],
            cancellationToken)).ToDictionary(unit => unit.Key);
        var (manifests, units) = (new List<Manifest>(), new List<ContentUnit>());
        foreach (var (tag, target) in tags)
        {
            var payload = AtomicPayload.WriteCosign(Digest.Parse(target.Sha256), target.Reference);
            var before = held.GetValueOrDefault(tag.ToString());
            var layers = before is null ? [] : await LayersAsync(before.Target!, cancellationToken);
            var own = layers.Where(layer => IsOwn(layer, key, payload)).ToList();
            if (own.Count > 0 && !chunk.Again)
            {
                identities.Add(before!.Identity);
                continue;
            }

            var (manifest, config) = CosignAttachments.Write(
                [.. layers.Except(own), CosignAttachments.Layer(payload, key.Sign(payload))], null);
            await StoreAsync(repository, payload, config, cancellationToken);
            manifests.Add(manifest);
            units.Add(ContentUnit.Tag(tag, manifest.Digest));
        }

        await attachments.StoreAsync(manifests, units, cancellationToken);
        identities.AddRange(units.Select(unit => unit.Identity));
        return units.Count;
    }

    private async Task<int> ReferAsync(
        Guid repository,
        SigningServiceRecord service,
        CosignKey key,
        SigningChunk chunk,
        List<string> identities,
        CancellationToken cancellationToken)
    {
        var found = await made.FindAsync(
            service.Fingerprint, chunk.Targets, chunk.Again ? chunk.Task : null, cancellationToken);
        identities.AddRange(found.Values);
        var written = new Dictionary<SigningTarget, Manifest>();
        foreach (var target in chunk.Targets.Where(target => !found.ContainsKey(target)))
        {
            var image = await content.FindManifestAsync(Digest.Parse(target.Manifest), cancellationToken);
            if (image is null)
                continue; // it has left the server, and needs no signature
            var payload = AtomicPayload.WriteCosign(Digest.Parse(target.Sha256), target.Reference);
            var (manifest, config) = CosignAttachments.Write(
                [CosignAttachments.Layer(payload, key.Sign(payload))], image);
            await StoreAsync(repository, payload, config, cancellationToken);
            written.Add(target, manifest);
        }

        if (written.Count == 0)
            return 0;
        var keys = written.ToDictionary(one => one.Key, one => one.Value.Digest.ToString());
        await attachments.StoreAsync(written.Values, [], cancellationToken);
        await made.AdoptAsync(service.Fingerprint, keys, chunk.Task, cancellationToken);

        // Of two who attach to the same image at once, one counts.
        identities.AddRange(chunk.Again
            ? keys.Values
            : (await made.FindAsync(service.Fingerprint, written.Keys, null, cancellationToken)).Values);
        return written.Count;
    }

    private async Task<List<JsonObject>> LayersAsync(string manifest, CancellationToken cancellationToken) =>
        await content.FindManifestAsync(Digest.Parse(manifest), cancellationToken) is { Document.IsIndex: false } known
            ? [.. CosignAttachments.LayersOf(known)]
            : [];

    private static bool IsOwn(JsonObject layer, CosignKey key, byte[] payload) =>
        (string?)layer["digest"] == Digest.Sha256(payload).ToString()
        && (string?)layer["annotations"]?[CosignAttachments.SignatureAnnotation] is { } base64
        && Convert.TryFromBase64String(base64, new byte[base64.Length], out _)
        && key.Verify(payload, Convert.FromBase64String(base64));

    private async Task StoreAsync(
        Guid repository, byte[] payload, byte[] config, CancellationToken cancellationToken)
    {
        foreach (var bytes in (byte[][])[payload, config])
        {
            var upload = uploads.Create(repository);
            await uploads.AppendAsync(repository, upload, null, new MemoryStream(bytes), cancellationToken);
            await blobs.AdmitAsync(
                await uploads.SealAsync(repository, upload, Digest.Sha256(bytes), cancellationToken), cancellationToken);
        }
    }
}
