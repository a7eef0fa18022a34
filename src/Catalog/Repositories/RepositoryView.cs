using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The newest version as the next change sees it: what the catalogue holds, and on top of it what earlier changes of
/// the same batch did. Whatever a batch touches is read in one go.
/// </summary>
public sealed class RepositoryView(Guid repository, IHeadReader head, IContentReader content)
{
    private readonly Dictionary<ContentKey, ContentUnit?> _units = [];
    private readonly HashSet<string> _pending = [];
    private readonly Dictionary<string, SignatureWeight> _weights = [];

    /// <summary>The newest version read straight from the catalogue, for changes that stand alone in their batch.</summary>
    public IHeadReader Head => head;

    public IContentReader Content => content;

    public Guid Repository => repository;

    /// <summary>Reads what the changes of a batch touch.</summary>
    public async Task LoadAsync(IReadOnlyCollection<RepositoryChange> changes, CancellationToken cancellationToken)
    {
        foreach (var key in changes.SelectMany(change => change.Touches))
            _units[key] = null;
        foreach (var unit in await head.FindAsync(repository, _units.Keys, cancellationToken))
            _units[unit.InRepository] = unit;

        var missing = _units.Where(known => known is { Key.Kind: ContentKind.Blob, Value: null })
            .Select(known => known.Key.Key).ToArray();
        if (missing.Length > 0)
            _pending.UnionWith(await head.FindPendingAsync(repository, missing, cancellationToken));

        var weighed = changes.Select(change => change.Weighs).OfType<string>().Distinct().ToArray();
        if (weighed.Length > 0)
            foreach (var (manifest, weight) in await head.WeighAsync(repository, weighed, cancellationToken))
                _weights[manifest] = weight;
    }

    /// <summary>The signatures that a manifest carries. The manifest must be among those loaded.</summary>
    public SignatureWeight WeightOf(string manifest) => _weights.GetValueOrDefault(manifest);

    /// <summary>Counts a signature that a change of this batch adds.</summary>
    public void AddWeight(string manifest, int bytes)
    {
        var weight = WeightOf(manifest);
        _weights[manifest] = new(weight.Signatures + 1, weight.Bytes + bytes);
    }

    /// <summary>The unit with that key, or null. The key must be among those loaded.</summary>
    public ContentUnit? Find(ContentKey key) => _units[key];

    /// <summary>True where the repository holds the blob, or it is pending there.</summary>
    public bool HasBlob(ContentKey blob) => _units[blob] is not null || _pending.Contains(blob.Key);

    /// <summary>Lets the changes that follow see this one.</summary>
    public void Apply(VersionDraft draft)
    {
        foreach (var unit in draft.Removed)
            _units[unit.InRepository] = null;
        foreach (var unit in draft.Added)
            _units[unit.InRepository] = unit;
    }
}
