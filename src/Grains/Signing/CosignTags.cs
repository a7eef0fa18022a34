using System.Collections.Concurrent;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signatures.Signing;

namespace OrleansRegistry.Signing;

/// <summary>
/// Puts signatures of cosign beside those that the tags of their images hold already. What is prepared says what it is
/// meant to replace: a tag that somebody else moves in between is seen, and nothing of theirs is lost.
/// </summary>
internal sealed class CosignTags(
    IHeadReader head, IContentReader content, IAttachmentStore attachments, GeneratedBlobs blobs)
{
    private const int AtOnce = 8;

    /// <param name="repository">The repository.</param>
    /// <param name="key">Whose signatures they are.</param>
    /// <param name="signatures">What is to be added.</param>
    /// <param name="again">True where they take the place of others by the same key.</param>
    /// <param name="fail">Told of images whose tag holds what cannot be added to; they are left out.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What is to be attached; nothing for images whose tag holds what is wanted.</returns>
    public async Task<IReadOnlyCollection<Attachment>> PrepareAsync(
        Guid repository,
        CosignKey key,
        IReadOnlyCollection<CosignSignature> signatures,
        bool again,
        Action<CosignSignature, string> fail,
        CancellationToken cancellationToken)
    {
        var now = (await head.FindAsync(
            repository,
            [.. signatures.Select(one => ContentKey.Tag(TagOf(one)))],
            cancellationToken)).ToDictionary(unit => unit.Name, unit => unit.Target);
        var written = new ConcurrentBag<(Attachment Attached, Manifest Manifest, byte[] Config)>();
        await Parallel.ForEachAsync(
            signatures,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (signature, token) =>
            {
                var tag = TagOf(signature);
                var before = now.GetValueOrDefault(tag);
                var there = before is { } named ? await content.FindManifestAsync(named, token) : null;
                try
                {
                    var layers = CosignAttachments.LayersOf(there);
                    var own = layers.FindAll(layer => CosignAttachments.IsOwn(layer, key, signature.Payload));
                    if (own.Count > 0 && !again)
                        return;
                    var (manifest, config) = CosignAttachments.Write(
                        [.. layers.Except(own), CosignAttachments.Layer(signature.Payload, signature.Signature)], null);
                    written.Add((new(Digest.Parse(signature.Image), manifest.Digest, tag, before), manifest, config));
                }
                catch (SigningFailedException failure)
                {
                    fail(signature, failure.Message);
                }
            });

        await blobs.StoreAsync(repository, written.Select(one => one.Config), cancellationToken);
        await attachments.StoreAsync(
            [.. written.Select(one => one.Manifest)],
            [.. written.Select(one => ContentUnit.Tag(one.Attached.Tag!.Value, one.Attached.Manifest))],
            cancellationToken);
        return [.. written.Select(one => one.Attached)];
    }

    private static Tag TagOf(CosignSignature signature) => CompanionTags.SignaturesOf(Digest.Parse(signature.Sha256));
}
