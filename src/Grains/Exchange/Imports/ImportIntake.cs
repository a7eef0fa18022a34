using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signatures;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Exchange;

/// <summary>
/// Stores what comes out of one bundle and is not here yet, in batches, and gathers what each repository is to hold. Nobody
/// sees any of it before a version is made.
/// </summary>
internal sealed class ImportIntake(
    Guid task,
    BundleReader bundle,
    Withheld withheld,
    IBlobStore blobs,
    IUploads uploads,
    IIngestStore ingests,
    IContentSets sets,
    IContentReader content,
    IAttribution attribution)
{
    // What is smaller is stored with others.
    private const int SmallBlob = 256 * 1024;
    private const int MostBatchBytes = 8 * 1024 * 1024;
    private const int MostBatch = 200;
    private const int MostSignature = SignatureLimits.MaxBlobBytes;
    private const int MostLeftOut = 100_000;

    private readonly List<byte[]> _small = [];
    private readonly List<ContentUnit> _known = [];
    private readonly List<Manifest> _manifests = [];
    private readonly List<Signature> _signatures = [];
    private readonly HashSet<Digest> _both = [.. bundle.Document.AlsoBlobs.Select(Digest.Parse)];
    private readonly HashSet<ContentKey> _leftOut = [];

    private long _batched;

    /// <summary>What was not taken, a sentence each; the first hundred.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>How many signatures were refused, because their keys are revoked here.</summary>
    public long Refused { get; private set; }

    /// <summary>How many signatures were none.</summary>
    public long Malformed { get; private set; }

    public async Task TakeBlobAsync(BundlePath path, CancellationToken cancellationToken)
    {
        var digest = path.Names!.Value;
        if (await blobs.StandingAsync([digest], cancellationToken) is { Count: 1 } standing && !standing[digest])
        {
            await AddKnownAsync(digest, cancellationToken); // its bytes are read past, and proven all the same
            return;
        }

        if (bundle.Size <= SmallBlob && digest.Algorithm == "sha256")
        {
            _small.Add(await bundle.ReadAllAsync(SmallBlob, cancellationToken));
            _batched += bundle.Size;
        }
        else
        {
            await using var writer = await uploads.CreateAsync(ChunkedUpload.NoRepository, digest, cancellationToken);
            await writer.WriteAsync(bundle.Open(isProven: true), cancellationToken);
            await blobs.AdmitAsync(await writer.SealAsync(cancellationToken), cancellationToken);
        }

        await AddKnownAsync(digest, cancellationToken);
    }

    public async Task TakeManifestAsync(BundlePath path, CancellationToken cancellationToken)
    {
        var digest = path.Names!.Value;
        var bytes = await bundle.ReadAllAsync(ManifestDocument.MaxBytes, cancellationToken);
        Manifest manifest;
        try
        {
            var document = ManifestDocument.Parse(bytes, bundle.Document.MediaTypeOf(digest));
            manifest = new(digest, document.MediaType, bytes);
        }
        catch (InvalidManifestException invalid)
        {
            throw new BundleException($"'{path}' is no manifest that this registry keeps: {invalid.Message}");
        }

        if (_both.Contains(digest))
        {
            _small.Add(bytes);
            await AddKnownAsync(digest, cancellationToken);
        }

        _manifests.Add(manifest);
        _batched += bytes.Length;
        if (_manifests.Count == MostBatch || _batched > MostBatchBytes)
            await FlushAsync(cancellationToken);
    }

    public async Task TakeSignatureAsync(BundlePath path, Digest manifest, CancellationToken cancellationToken)
    {
        var bytes = await bundle.ReadAllAsync(MostSignature, cancellationToken);
        var key = ContentKey.Signature(new(manifest, Digest.Sha256(bytes).Hex));
        if (!AtomicSignature.TryParse(bytes, out var parsed, out var refusal))
            LeaveOut(key, $"'{path}' is no signature: {refusal}", () => Malformed++);
        else if (!await IsOfAsync(parsed, manifest, cancellationToken))
            LeaveOut(key, $"'{path}' is a signature of {parsed.ManifestDigest}, and not of what it lies beside.", () => Malformed++);
        else if (await withheld.FindAsync(parsed.Of(manifest, bytes), sets, cancellationToken) is { } revoked)
            LeaveOut(key, $"'{path}' is by {parsed.Fingerprint ?? parsed.KeyId}, revoked here{revoked.Why}.", () => Refused++);
        else
        {
            _signatures.Add(parsed.Of(manifest, bytes));
            if (_signatures.Count == MostBatch)
                await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Gathers what a repository is to hold.</summary>
    public async Task TakeListAsync(ImportTarget target, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await ingests.AddAsync(target.Gathering, new(), cancellationToken); // it may be empty
        var (known, tags) = (new List<ContentUnit>(), new List<(Tag, Digest)>());
        try
        {
            await foreach (var line in BundleLines.ReadAsync(bundle.Open(), cancellationToken))
            {
                var manifest = line.Manifest is null ? default : ParseDigest(line.Manifest);
                if (line.Manifest is not null && _leftOut.Contains(ContentKey.Manifest(manifest)))
                    continue; // nothing of it, and nothing that leads to it
                if (line.Tag is { } tag)
                    tags.Add((Tag.TryParse(tag, out var name) ? name : throw Strange(tag), manifest));
                else if (line.Blob is { } blob)
                    known.Add(ContentUnit.Blob(ParseDigest(blob)));
                else if (line.Signature is null)
                    known.Add(ContentUnit.Manifest(manifest));
                else if (ContentUnit.Signature(new(manifest, line.Signature)) is var unit && !_leftOut.Contains(unit.InRepository))
                    known.Add(unit);
                if (known.Count + tags.Count == IIngestStore.MostPerBatch)
                    await GatherAsync();
            }

            await GatherAsync();
        }
        catch (ProblemException missing) when (missing.Problem.Kind is ProblemKind.BlobUnknown or ProblemKind.ManifestUnknown)
        {
            target.Refusal = target.Source.Since is { } since
                ? $"The increment builds on content of version {since} that is not here. {missing.Message}"
                : $"The bundle lists content that it does not have. {missing.Message}";
        }

        async Task GatherAsync()
        {
            await ingests.AddAsync(target.Gathering, new() { Known = known, Tags = tags }, cancellationToken);
            (known, tags) = ([], []);
        }
    }

    /// <summary>Stores what has come, in the order in which things need each other.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_small.Count > 0)
            await blobs.AdmitAsync(
                [.. await uploads.CreateSealedAsync(ChunkedUpload.NoRepository, _small, cancellationToken)], cancellationToken);
        if (_known.Count > 0)
            await ingests.AddAsync(task, new() { Known = [.. _known] }, cancellationToken);
        await LeaveOutAttachedAsync(cancellationToken);
        if (_manifests.Count > 0)
            await ingests.AddAsync(task, new() { Manifests = [.. _manifests] }, cancellationToken);
        await StoreSignaturesAsync(cancellationToken);
        _small.Clear();
        _known.Clear();
        _manifests.Clear();
        _signatures.Clear();
        _batched = 0;
    }

    // Of manifests that were left out, or that an increment builds on in vain, signatures are nothing: their repository says so.
    private async Task StoreSignaturesAsync(CancellationToken cancellationToken)
    {
        if (_signatures.Count == 0)
            return;
        var signed = _signatures.Select(signature => signature.Manifest).Distinct().Select(ContentUnit.Manifest).ToList();
        var stored = (await sets.FindStoredAsync(signed, cancellationToken))
            .Select(manifest => manifest.Unit.Digest).ToHashSet();
        await ingests.AddAsync(
            task,
            new() { Signatures = [.. _signatures.Where(signature => stored.Contains(signature.Manifest))] },
            cancellationToken);
    }

    // What attaches signatures by revoked keys does not come in, on whatever way.
    private async Task LeaveOutAttachedAsync(CancellationToken cancellationToken)
    {
        foreach (var manifest in _manifests.ToList())
        {
            var why = withheld.Find(manifest.Digest)?.Why;
            if (why is null && withheld.Keys.Count > 0
                && await attribution.FindAsync(manifest, manifest.Document, cancellationToken) is { Keys.Count: > 0 } attached)
                why = (await withheld.FindAsync(manifest.Digest, attached, sets, cancellationToken))?.Why;
            if (why is null)
                continue;
            _manifests.Remove(manifest);
            LeaveOut(ContentKey.Manifest(manifest.Digest), $"{manifest.Digest} is withheld here{why}.", () => Refused++);
        }
    }

    private async Task AddKnownAsync(Digest blob, CancellationToken cancellationToken)
    {
        _known.Add(ContentUnit.Blob(blob));
        if (_known.Count == MostBatch || _batched > MostBatchBytes)
            await FlushAsync(cancellationToken);
    }

    // Signatures name their manifest by SHA-256, whatever that goes by.
    private async Task<bool> IsOfAsync(AtomicSignature signature, Digest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Algorithm == signature.ManifestDigest.Algorithm)
            return signature.ManifestDigest == manifest;
        await FlushAsync(cancellationToken);
        return (await content.FindManifestAsync(manifest, cancellationToken))?.OtherName == signature.ManifestDigest;
    }

    private void LeaveOut(ContentKey key, string why, Action count)
    {
        if (_leftOut.Count == MostLeftOut)
            throw new BundleException(
                $"More than {MostLeftOut} signatures of the bundle are refused here. Remove them where it was made, and export anew.");
        count();
        _leftOut.Add(key);
        if (Notes.Count < 100)
            Notes.Add(why);
    }

    private static Digest ParseDigest(string text) => Digest.TryParse(text, out var digest) ? digest : throw Strange(text);

    private static BundleException Strange(string text) =>
        new($"A list of contents names '{(text.Length > 100 ? text[..100] : text)}', which nothing is called.");
}
