using OrleansRegistry.Bundles;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Exchange;

/// <summary>All content of some repository versions, in the order in which it lies in a bundle. What is withheld is left out.</summary>
internal sealed class ExportedContent(
    IReadOnlyList<ExportedRepository> repositories,
    Withheld withheld,
    IExportReader reader,
    IVersionReader versions,
    ISignatureReader signatures,
    CancellationToken cancellationToken)
{
    // So many entries are in memory at a time, of all repositories together.
    private const int MostEntries = 20_000;

    private readonly int _perPage = Math.Clamp(MostEntries / Math.Max(1, repositories.Count), 20, 1_000);

    /// <summary>The blobs that the other side does not have, each once; those that are manifests, too, come with these.</summary>
    /// <param name="alsoManifest">Told of those.</param>
    public IAsyncEnumerable<Blob> Blobs(Action<Blob>? alsoManifest = null) => SortedPages.ExceptAsync(
        NewOnly(repositories.Select(one => BlobsOf(one)), ContentKind.Blob, blob => blob.Digest.ToString()),
        ManifestKeys(),
        blob => blob.Digest.ToString(),
        alsoManifest,
        cancellationToken);

    /// <summary>The manifests that the other side does not have, each once.</summary>
    public IAsyncEnumerable<ExportedManifest> Manifests() =>
        NewOnly(repositories.Select(one => ManifestsOf(one)), ContentKind.Manifest, KeyOf);

    /// <summary>All blobs of one of them.</summary>
    public IAsyncEnumerable<Blob> BlobsOf(ExportedRepository repository) => SortedPages.ReadAsync(
        last => reader.BlobsAsync(repository.Id, repository.Version.Number, last, _perPage, cancellationToken),
        blob => blob.Digest.ToString(), cancellationToken);

    /// <summary>All manifests of one of them.</summary>
    public IAsyncEnumerable<ExportedManifest> ManifestsOf(ExportedRepository repository) => SortedPages.ReadAsync(
        last => reader.ManifestsAsync(repository.Id, repository.Version.Number, last, _perPage, cancellationToken),
        KeyOf, cancellationToken).Where(manifest => !withheld.Has(manifest.Digest));

    /// <summary>The manifests of one of them that came since the version that the other side has.</summary>
    public IAsyncEnumerable<ExportedManifest> NewManifestsOf(ExportedRepository repository) => repository.Since is null
        ? ManifestsOf(repository)
        : SortedPages.ExceptAsync(
            ManifestsOf(repository), KeysOf(repository, repository.Since.Value, ContentKind.Manifest), KeyOf, null, cancellationToken);

    /// <summary>All tags of one of them, by their names.</summary>
    public IAsyncEnumerable<ContentUnit> TagsOf(ExportedRepository repository) => SortedPages.ReadAsync(
        last => versions.ListTagsAsync(
            repository.Id, repository.Version.Number, last, _perPage, withheld, cancellationToken),
        tag => tag.Key, cancellationToken).Where(tag => !withheld.Has(tag.Target!.Value));

    /// <summary>All signatures of one of them, and where each lies.</summary>
    public async IAsyncEnumerable<(BundlePath Path, ServedSignature Signature)> SignaturesOf(ExportedRepository repository)
    {
        var (last, number) = (default(Digest), 0);
        await foreach (var signature in SortedPages.ReadAsync(
            after => signatures.ListAllAsync(
                repository.Id, repository.Version.Number, after, _perPage, withheld, cancellationToken),
            signature => signature.Key.ToString(), cancellationToken))
        {
            var manifest = signature.Key.Manifest;
            (last, number) = (manifest, manifest == last ? number + 1 : 1);
            yield return (BundlePath.Signature(repository.Image, manifest, number), signature);
        }
    }

    // Keys alone, which the index has.
    private IAsyncEnumerable<string> ManifestKeys() => NewOnly(
        repositories.Select(one => KeysOf(one, one.Version.Number, ContentKind.Manifest)), ContentKind.Manifest, key => key)
        .Where(key => !withheld.Has(Digest.Parse(key)));

    private IAsyncEnumerable<T> NewOnly<T>(IEnumerable<IAsyncEnumerable<T>> lists, ContentKind kind, Func<T, string> key)
    {
        var there = repositories.Where(one => one.Since is not null)
            .Select(one => KeysOf(one, one.Since!.Value, kind)).ToList();
        var all = SortedPages.MergeAsync(lists, key, cancellationToken);
        return there.Count == 0
            ? all
            : SortedPages.ExceptAsync(
                all, SortedPages.MergeAsync(there, one => one, cancellationToken), key, null, cancellationToken);
    }

    private IAsyncEnumerable<string> KeysOf(ExportedRepository repository, int version, ContentKind kind) =>
        SortedPages.ReadAsync(
            last => versions.ListAsync(repository.Id, version, kind, last, _perPage, cancellationToken),
            unit => unit.Key, cancellationToken).Select(unit => unit.Key);

    private static string KeyOf(ExportedManifest manifest) => manifest.Digest.ToString();
}
