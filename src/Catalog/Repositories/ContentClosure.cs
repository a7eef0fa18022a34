using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Content with all that it needs: a tag and a signature bring their manifest, an index its entries, whatever their
/// depth, and a manifest its blobs. Signatures are brought by nothing.
/// </summary>
/// <remarks>A manifest names others by their hashes, so no circle is possible: every one is visited once.</remarks>
/// <param name="sets">Content wherever it is held.</param>
/// <param name="content">What manifests name.</param>
/// <param name="isSparse">True where images that an index lists may be absent.</param>
internal sealed class ContentClosure(IContentSets sets, IContentReader content, bool isSparse = false)
{
    private readonly Dictionary<ContentKey, ContentUnit> _units = [];

    /// <summary>Everything, each once. Two tags of one name are refused.</summary>
    public IReadOnlyCollection<ContentUnit> Units => _units.Values;

    public IEnumerable<Digest> Manifests =>
        _units.Keys.Where(key => key.Kind is ContentKind.Manifest).Select(key => key.Digest);

    /// <exception cref="ProblemException">Something that is needed is not on this server, or two tags share a name.</exception>
    public async Task AddAsync(IReadOnlyCollection<ContentUnit> units, CancellationToken cancellationToken)
    {
        foreach (var unit in units)
            if (!_units.TryAdd(unit.InRepository, unit) && _units[unit.InRepository] != unit)
                throw new ProblemException(
                    ProblemKind.NameInvalid,
                    $"Two tags with the name '{unit.Key}' cannot be in one repository; choose one of them.",
                    unit.Key);

        var generation = units.Where(unit => unit.Kind is ContentKind.Manifest).Select(unit => unit.Digest).ToHashSet();
        var named = units.Select(unit => unit.Target).OfType<Digest>().ToHashSet();
        var areChildren = false;
        while (generation.Count > 0 || named.Count > 0)
        {
            generation.UnionWith(
                await TakeAsync(named.Select(ContentUnit.Manifest), mayLack: isSparse && areChildren, cancellationToken));
            areChildren = true;
            if (generation.Count == 0)
                return;
            var links = await content.LinksFromAsync(generation, cancellationToken);
            await TakeAsync(
                links.Where(link => link.Kind is LinkKind.Config or LinkKind.Layer).Select(link => link.Digest).Distinct()
                    .Select(ContentUnit.Blob),
                mayLack: false,
                cancellationToken);
            named = links.Where(link => link.Kind is LinkKind.Child).Select(link => link.Digest).ToHashSet();
            generation = [];
        }
    }

    private async Task<IEnumerable<Digest>> TakeAsync(
        IEnumerable<ContentUnit> units, bool mayLack, CancellationToken cancellationToken)
    {
        var wanted = units.Where(unit => !_units.ContainsKey(unit.InRepository)).ToList();
        if (wanted.Count == 0)
            return [];
        var stored = (await sets.FindStoredAsync(wanted, cancellationToken)).Select(found => found.Unit).ToHashSet();
        if (mayLack)
            wanted = wanted.FindAll(stored.Contains);
        else if (wanted.Find(unit => !stored.Contains(unit)) is { } missing)
            throw new ProblemException(
                ProblemKind.ManifestBlobUnknown,
                $"The content needs {missing.Key}, which this server does not have; push it first.",
                missing.Key);
        foreach (var unit in wanted)
            _units[unit.InRepository] = unit;
        return wanted.Select(unit => unit.Digest);
    }
}
