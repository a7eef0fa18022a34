using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Lists;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Revocations;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Exchange;

/// <summary>
/// Looks through all that is to be exported before a byte of it is written: the document comes first, and states the rest.
/// </summary>
internal sealed class ExportPlanner(
    IExportReader reader,
    IVersionReader versions,
    ISignatureReader signatures,
    ISignatureGate gate,
    IRevocationList revocations,
    IListing<SigningKeyRecord> keys,
    TimeProvider clock)
{
    private const string RefName = "org.opencontainers.image.ref.name";
    private const int KeysPerPage = 1_000;

    // They stand in the document, which is small.
    private const int MostExceptions = 10_000;

    private static readonly byte[] LayoutFile = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    public async Task<ExportPlan> PlanAsync(
        IReadOnlyList<ExportedRepository> repositories, string directory, CancellationToken cancellationToken)
    {
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        var content = new ExportedContent(repositories, withheld, reader, versions, signatures, cancellationToken);
        var plan = new ExportPlan(repositories, content, new ExportSpool(directory));
        try
        {
            await WriteKeysAsync(plan.Spool, cancellationToken);
            await WriteIndexAsync(plan, cancellationToken);
            await WriteAsync(plan.Spool, BundlePath.Layout, LayoutFile, cancellationToken);
            await WriteAsync(
                plan.Spool, BundlePath.Revocations, (await revocations.WriteAsync(cancellationToken)).Bytes, cancellationToken);
            for (var place = 0; place < repositories.Count; place++)
                await WriteContentsAsync(plan, place, cancellationToken);
            await CountAsync(plan, cancellationToken);
            if (plan.MediaTypes.Count > MostExceptions || plan.AlsoBlobs.Count > MostExceptions)
                throw new BundleException(
                    $"More than {MostExceptions} manifests are blobs, too, or do not say what they are; that does not fit a bundle.");
            return plan;
        }
        catch
        {
            await plan.DisposeAsync();
            throw;
        }
    }

    private async Task WriteKeysAsync(ExportSpool spool, CancellationToken cancellationToken)
    {
        await spool.WriteAsync("{\"keys\":["u8.ToArray(), cancellationToken);
        var now = clock.GetUtcNow();
        for (var offset = 0; ; offset += KeysPerPage)
        {
            var page = await keys.ListAsync(
                new(Match.Of("is_listed", true), [new("pk", false)], KeysPerPage, offset), cancellationToken);
            for (var place = 0; place < page.Count; place++)
                await spool.WriteAsync(Element(Key(page[place], now), offset + place == 0), cancellationToken);
            if (page.Count < KeysPerPage)
                break;
        }

        await spool.WriteAsync("]}\n"u8.ToArray(), cancellationToken);
        spool.End(BundlePath.Keys);
    }

    private static JsonObject Key(SigningKeyRecord key, DateTimeOffset now) => new()
    {
        ["fingerprint"] = key.Name.Fingerprint,
        ["key_id"] = key.Name.KeyId,
        ["kind"] = key.Key?.Kind,
        ["primary"] = key.Key?.Primary,
        ["user_ids"] = new JsonArray([.. (key.Key?.UserIds ?? []).Select(id => JsonValue.Create(id))]),
        ["state"] = key.StateAt(now).ToString().ToLowerInvariant(),
        ["revocation"] = key.Revocation?.Number,
    };

    // What readers of OCI layouts start from: every tag, and what only referrers lead to.
    private static async Task WriteIndexAsync(ExportPlan plan, CancellationToken cancellationToken)
    {
        var spool = plan.Spool;
        await spool.WriteAsync(
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["""u8.ToArray(),
            cancellationToken);
        var isFirst = true;
        foreach (var repository in plan.Repositories)
        {
            var tags = await TagsByManifestAsync(plan.Content, repository);
            await foreach (var manifest in plan.Content.NewManifestsOf(repository))
            {
                string?[] names = tags.TryGetValue(manifest.Digest, out var named) ? [.. named]
                    : manifest.IsChild ? [] : [null];
                foreach (var name in names)
                {
                    var image = name is null ? null : $"{repository.Image}:{name}";
                    await spool.WriteAsync(Descriptor(manifest, image, isFirst), cancellationToken);
                    isFirst = false;
                }
            }
        }

        await spool.WriteAsync("]}\n"u8.ToArray(), cancellationToken);
        spool.End(BundlePath.Index);
    }

    private static async Task<Dictionary<Digest, List<string>>> TagsByManifestAsync(
        ExportedContent content, ExportedRepository repository)
    {
        var tags = new Dictionary<Digest, List<string>>();
        await foreach (var tag in content.TagsOf(repository))
            if (tags.TryGetValue(tag.Target!.Value, out var names))
                names.Add(tag.Key);
            else
                tags[tag.Target!.Value] = [tag.Key];
        return tags;
    }

    private static byte[] Descriptor(ExportedManifest manifest, string? name, bool isFirst)
    {
        var descriptor = new JsonObject
        {
            ["mediaType"] = manifest.MediaType,
            ["digest"] = manifest.Digest.ToString(),
            ["size"] = manifest.Size,
        };
        if (name is not null)
            descriptor["annotations"] = new JsonObject { [RefName] = name };
        return Element(descriptor, isFirst);
    }

    private static byte[] Element(JsonObject element, bool isFirst) =>
        [.. isFirst ? ""u8 : ","u8, .. JsonSerializer.SerializeToUtf8Bytes((JsonNode)element)];

    private static async Task WriteContentsAsync(ExportPlan plan, int place, CancellationToken cancellationToken)
    {
        var (repository, content, spool) = (plan.Repositories[place], plan.Content, plan.Spool);
        await foreach (var blob in content.BlobsOf(repository))
            await spool.WriteAsync(
                new BundledUnit { Blob = blob.Digest.ToString(), Size = blob.Size }.Write(), cancellationToken);
        await foreach (var manifest in content.ManifestsOf(repository))
            await spool.WriteAsync(
                new BundledUnit
                {
                    Manifest = manifest.Digest.ToString(),
                    SignedBy = manifest.SignedBy.Count > 0 ? manifest.SignedBy : null,
                }.Write(),
                cancellationToken);
        await foreach (var tag in content.TagsOf(repository))
            await spool.WriteAsync(new BundledUnit { Tag = tag.Key, Manifest = tag.Target.ToString() }.Write(), cancellationToken);
        await foreach (var (_, signature) in content.SignaturesOf(repository))
        {
            var key = signature.Key;
            await spool.WriteAsync(
                new BundledUnit
                {
                    Signature = key.Rest,
                    Manifest = key.Manifest.ToString(),
                    SignedBy = [signature.Fingerprint ?? signature.KeyId],
                }.Write(),
                cancellationToken);
        }

        spool.End(BundlePath.List(place + 1));
    }

    // In the order in which all of it lies in the bundle.
    private async Task CountAsync(ExportPlan plan, CancellationToken cancellationToken)
    {
        var ledger = plan.Ledger;
        foreach (var file in plan.Spool.FilesOf(BundlePart.Layout))
            ledger.Add(file);
        await CountContentAsync(plan, cancellationToken);
        foreach (var repository in plan.Repositories)
            await foreach (var (path, signature) in plan.Content.SignaturesOf(repository))
                ledger.Add(BundleEntry.Of(path, signature.Bytes));
        foreach (var file in plan.Spool.FilesOf(BundlePart.Lists))
            ledger.Add(file);
    }

    private async Task CountContentAsync(ExportPlan plan, CancellationToken cancellationToken)
    {
        await foreach (var blob in plan.Content.Blobs(both => plan.AlsoBlobs.Add(both.Digest.ToString())))
            plan.Ledger.Add(new(BundlePath.Content(blob.Digest), blob.Size, blob.Digest));
        plan.Ledger.BeginManifests();
        await foreach (var page in plan.Content.Manifests().Chunk(100).WithCancellation(cancellationToken))
        {
            // Of all others the bytes say it, or it is what they look like.
            var indexes = page.Where(manifest => MediaTypes.IsIndex(manifest.MediaType)).Select(manifest => manifest.Digest);
            foreach (var manifest in await reader.ReadAsync([.. indexes], cancellationToken))
                if (!IsRecognised(manifest))
                    plan.MediaTypes[manifest.Digest.ToString()] = manifest.MediaType;
            foreach (var manifest in page)
                plan.Ledger.Add(new(BundlePath.Content(manifest.Digest), manifest.Size, manifest.Digest));
        }
    }

    private static bool IsRecognised(Manifest manifest)
    {
        try
        {
            return ManifestDocument.Parse(manifest.Bytes, claimedType: null).MediaType == manifest.MediaType;
        }
        catch (InvalidManifestException)
        {
            return false;
        }
    }

    private static async Task WriteAsync(
        ExportSpool spool, BundlePath path, byte[] bytes, CancellationToken cancellationToken)
    {
        await spool.WriteAsync(bytes, cancellationToken);
        spool.End(path);
    }
}
