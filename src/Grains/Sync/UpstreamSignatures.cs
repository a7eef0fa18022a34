using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Sync;

/// <summary>The signatures of one image upstream: which are kept, which count, and why others do not.</summary>
internal sealed class UpstreamSignatures
{
    private readonly Dictionary<Digest, (bool Counts, bool HasAny)> _standing = [];

    /// <summary>The signatures to keep.</summary>
    public List<Signature> Kept { get; } = [];

    /// <summary>What was left out, a sentence each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Reads and judges the signatures of all manifests that an image is made of.</summary>
    /// <param name="work">Where from, and whose count.</param>
    /// <param name="image">The image.</param>
    /// <param name="reference">What it is called there.</param>
    /// <param name="attachments">Reads what cosign attached, where a policy asks for it.</param>
    /// <param name="withheld">Whose are not served here any more, and so not taken.</param>
    /// <param name="sets">Since when those are known that are here.</param>
    /// <param name="now">When they are judged.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="UpstreamException">They cannot be had.</exception>
    public static async Task<UpstreamSignatures> ReadAsync(
        SyncWork work,
        UpstreamImage image,
        string reference,
        CosignAttachments attachments,
        Withheld withheld,
        IContentSets sets,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (read, upstream, trust) = (new UpstreamSignatures(), work.Upstream, work.Trust);
        foreach (var part in image.Own)
        {
            var kept = new List<Signature>();
            var blobs = work.Source is SignatureSource.None
                ? []
                : await upstream.ListSignaturesAsync(part.Signed, cancellationToken);
            for (var place = 0; place < blobs.Count; place++)
                if ((Judge(blobs[place], part, trust, now, out var signature)
                    ?? await WithheldAsync(signature!, withheld, sets, cancellationToken)) is { } refusal)
                    read.Notes.Add($"Signature {place + 1} of {part.Signed} was left out: {refusal}");
                else
                    kept.Add(signature!);
            var attached = trust.Policy is { AsksForAttached: true }
                ? await attachments.ReadAsync(work.Chunk.Task, upstream, part.Signed, cancellationToken)
                : [];
            var accepted = attached.Where(one => trust.Refuse(one, part.Signed) is null).ToList();
            var hasAny = kept.Count + accepted.Count > 0;
            var counts = hasAny && trust.Allows(upstream.Name, reference, part.Signed, kept, accepted, now);
            if (hasAny && !counts)
                read.Notes.Add($"The policy of the remote accepts no signature of {part.Signed}.");
            read.Kept.AddRange(kept);
            read._standing[part.Manifest.Digest] = (counts, blobs.Count + attached.Count > 0);
        }

        return read;
    }

    /// <summary>Whether a manifest has a signature that counts.</summary>
    public bool IsSigned(Digest manifest) => _standing.GetValueOrDefault(manifest).Counts;

    /// <summary>Whether it has any, good or bad.</summary>
    public bool HasAny(Digest manifest) => _standing.GetValueOrDefault(manifest).HasAny;

    private static async ValueTask<string?> WithheldAsync(
        Signature signature, Withheld withheld, IContentSets sets, CancellationToken cancellationToken) =>
        await withheld.FindAsync(signature, sets, cancellationToken) is { } key
            ? $"signatures by {signature.Fingerprint ?? signature.KeyId} are withheld here{key.Why}."
            : null;

    private static string? Judge(
        byte[] blob,
        UpstreamPart part,
        SignatureTrust trust,
        DateTimeOffset now,
        out Signature? signature)
    {
        signature = null;
        var bytes = LookasideBlob.TryUnwrap(blob, out var message) ? message.ToArray() : blob;
        if (!AtomicSignature.TryParse(bytes, out var parsed, out var refusal))
            return refusal;
        if (parsed.ManifestDigest != part.Signed)
            return $"it is of {parsed.ManifestDigest}.";
        signature = parsed.Of(part.Manifest.Digest, bytes);
        return trust.Refuse(bytes, part.Signed, now);
    }
}
