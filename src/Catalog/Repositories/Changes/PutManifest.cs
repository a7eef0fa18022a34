using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Adds a manifest, the blobs it names and any tags on it. What it names must be there already, save non-distributable
/// layers and its subject; and what is there must have the size that the manifest says. Source: OCI distribution-spec, "Pushing Manifests".
/// </summary>
public sealed record PutManifest(Manifest Manifest, IReadOnlyList<Tag> Tags) : RepositoryChange
{
    private readonly ManifestDocument _document = Manifest.Document;

    private readonly ContentUnit _unit = ContentUnit.Manifest(Manifest.Digest);

    private IEnumerable<ContentUnit> Blobs => _document.Blobs.Select(ContentUnit.Blob);

    private IEnumerable<ContentUnit> Children => _document.Children.Select(ContentUnit.Manifest);

    private IEnumerable<ContentUnit> Names => Tags.Distinct().Select(tag => ContentUnit.Tag(tag, Manifest.Digest));

    private IEnumerable<(string Place, Descriptor Descriptor, ContentKey Key)> Described =>
        from described in _document.Descriptors
        let isManifest = described.Place == "subject"
            || (_document.IsIndex && MediaTypes.IsManifest(described.Descriptor.MediaType))
        select (
            described.Place,
            described.Descriptor,
            isManifest ? ContentKey.Manifest(described.Descriptor.Digest) : ContentKey.Blob(described.Descriptor.Digest));

    public override IEnumerable<ContentKey> Touches =>
        new[] { _unit }.Concat(Blobs).Concat(Children).Concat(Names).Select(unit => unit.InRepository).Concat(Measures);

    public override IEnumerable<ContentKey> Measures => Described.Select(described => described.Key);

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var absent = Children.Where(child => view.Find(child.InRepository) is null).ToList();
        if (absent.Count > 0 && await view.Head.AllowsSparseIndexesAsync(view.Repository, cancellationToken))
            absent = [];
        var missing = Blobs.Where(blob => !view.HasBlob(blob.InRepository)).Concat(absent).Select(unit => unit.Key).ToList();
        if (missing.Count > 0)
            throw new ProblemException(
                ProblemKind.ManifestBlobUnknown,
                $"The manifest names {missing.Count} thing(s) that this repository does not hold; push them first: "
                + string.Join(", ", missing.Take(10)),
                missing[0]);

        foreach (var (place, descriptor, key) in Described)
            if (view.SizeOf(key) is { } size && size != descriptor.Size)
                throw new ProblemException(
                    ProblemKind.ManifestInvalid,
                    $"'{place}' says that {descriptor.Digest} has {descriptor.Size} bytes; it has {size}.",
                    key.Key);

        var added = Blobs.Append(_unit).Where(unit => view.Find(unit.InRepository) is null).ToList();
        var removed = new List<ContentUnit>();
        foreach (var tag in Names)
            TagManifest.Plan(view, tag, added, removed);
        return new VersionDraft(added, removed, added.Contains(_unit) ? Manifest.Of(Manifest.Digest, _document, Manifest.Bytes) : null);
    }
}
