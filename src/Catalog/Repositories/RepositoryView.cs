using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// The newest version as the next change sees it: what the catalogue holds, and on top of it what earlier changes of
/// the same batch did. Whatever a batch touches is read in one go.
/// </summary>
public sealed class RepositoryView(Guid repository, ChangeContext context)
{
    private readonly Dictionary<ContentKey, ContentUnit?> _units = [];
    private readonly HashSet<Digest> _pending = [];
    private readonly Dictionary<ContentKey, long> _sizes = [];
    private readonly Dictionary<Digest, SignatureWeight> _weights = [];
    private readonly HashSet<(Digest Manifest, string Statement)> _statements = [];

    /// <summary>The newest version read straight from the catalogue, for changes that stand alone in their batch.</summary>
    public IHeadReader Head => context.Head;

    public IContentReader Content => context.Content;

    public IContentSets Sets => context.Sets;

    /// <summary>What else planning may ask, and the rules that it keeps.</summary>
    public ChangeContext Context => context;

    public Guid Repository => repository;

    /// <summary>Reads what the changes of a batch touch.</summary>
    public async Task LoadAsync(IReadOnlyCollection<RepositoryChange> changes, CancellationToken cancellationToken)
    {
        foreach (var key in changes.SelectMany(change => change.Touches))
            _units[key] = null;
        var measured = changes.SelectMany(change => change.Measures).ToHashSet();
        var found = await Head.LookAsync(repository, _units.Keys, measured, cancellationToken);
        foreach (var unit in found.Units)
            _units[unit.InRepository] = unit;
        _pending.UnionWith(found.Pending);
        foreach (var (key, size) in found.Sizes)
            _sizes[key] = size;

        var weighed = changes.Select(change => change.Weighs).OfType<Digest>().Distinct().ToArray();
        if (weighed.Length == 0)
            return;
        foreach (var (manifest, weight) in await Head.WeighAsync(repository, weighed, cancellationToken))
            _weights[manifest] = weight;
        foreach (var held in await Head.StatementsAsync(repository, weighed, cancellationToken))
            _statements.Add((held.Manifest, held.Statement));
    }

    /// <summary>The signatures that a manifest carries. The manifest must be among those loaded.</summary>
    public SignatureWeight WeightOf(Digest manifest) => _weights.GetValueOrDefault(manifest);

    /// <summary>Whether the manifest carries a signature that states the same. It must be among those loaded.</summary>
    public bool HasStatement(Digest manifest, string statement) => _statements.Contains((manifest, statement));

    /// <summary>Counts a signature that a change of this batch adds.</summary>
    public void AddWeight(Digest manifest, int bytes, string statement)
    {
        _statements.Add((manifest, statement));
        var weight = WeightOf(manifest);
        _weights[manifest] = new(weight.Signatures + 1, weight.Bytes + bytes);
    }

    /// <summary>The unit with that key, or null. The key must be among those loaded.</summary>
    public ContentUnit? Find(ContentKey key) => _units[key];

    /// <summary>
    /// The size in bytes of a blob or a manifest that the repository holds, or that is pending there; null for any other.
    /// </summary>
    public long? SizeOf(ContentKey key) =>
        (key.Kind is ContentKind.Blob ? HasBlob(key) : Find(key) is not null) && _sizes.TryGetValue(key, out var size)
            ? size
            : null;

    /// <summary>True where the repository holds the blob, or it is pending there.</summary>
    public bool HasBlob(ContentKey blob) => _units[blob] is not null || _pending.Contains(blob.Digest);

    /// <summary>Lets the changes that follow see this one.</summary>
    public void Apply(VersionDraft draft)
    {
        foreach (var unit in draft.Removed)
            _units[unit.InRepository] = null;
        foreach (var unit in draft.Added)
            _units[unit.InRepository] = unit;
    }
}
