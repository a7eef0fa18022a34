using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Catalog.Tests;

/// <summary>One repository in memory: the newest version, the blobs pending in it, and all manifests there
/// are.</summary>
internal sealed class FakeRepository : IHeadReader, IContentReader
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly Dictionary<ContentKey, ContentUnit> _units = [];
    private readonly HashSet<Digest> _pending = [];
    private readonly Dictionary<ContentKey, long> _sizes = [];
    private readonly Dictionary<Digest, List<ManifestLink>> _links = [];

    public RemovalOptions Removal { get; } = new();

    public IReadOnlyCollection<ContentUnit> Units => _units.Values;

    public IEnumerable<string> Tags =>
        _units.Keys.Where(key => key.Kind is ContentKind.Tag).Select(key => key.Key).Order();

    /// <summary>Pushes blobs and the manifest, with tags on it.</summary>
    public async Task<Manifest> PushAsync(Manifest manifest, params string[] tags)
    {
        AddPending([.. manifest.Document.Blobs]);
        await CommitAsync(new PutManifest(manifest, Images.Tags(tags)));
        return manifest;
    }

    public void AddPending(params Digest[] blobs) => _pending.UnionWith(blobs);

    /// <summary>Has one manifest name another, whatever its bytes say: hashes make it hard to write a cycle.</summary>
    public void AddLink(Manifest from, LinkKind kind, Manifest to) =>
        LinksOf(from.Digest).Add(new(from.Digest, kind, to.Digest));

    /// <summary>Puts a unit in, past all rules.</summary>
    public void AddUnit(ContentUnit unit) => _units.Add(unit.InRepository, unit);

    public bool Holds(Manifest manifest) => _units.ContainsKey(ContentUnit.Manifest(manifest.Digest).InRepository);

    public bool HoldsBlob(string blob) => _units.ContainsKey(ContentUnit.Blob(Images.DigestOf(blob)).InRepository);

    /// <summary>Whether indexes may lack images.</summary>
    public bool IsSparse { get; set; }

    public Task<bool> AllowsSparseIndexesAsync(Guid repository, CancellationToken cancellationToken) =>
        Task.FromResult(IsSparse);

    public Task<IReadOnlyList<(Digest Manifest, SignatureWeight Weight)>> WeighAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<(Digest, SignatureWeight)>>(
        [
            .. _units.Values.Where(unit => unit.Kind is ContentKind.Signature && unit.Target is { } target && manifests.Contains(target))
                .GroupBy(unit => unit.Target!.Value)
                .Select(group => (group.Key, new SignatureWeight(group.Count(), group.Count()))),
        ]);

    /// <summary>How long the server knows something to be.</summary>
    public void SetSize(ContentUnit unit, long bytes) => _sizes[unit.InRepository] = bytes;

    public Task<IReadOnlyList<HeldStatement>> StatementsAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<HeldStatement>>([]);

    public Task<IReadOnlyList<ContentKey>> MissingAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ContentKey>>([.. keys.Where(key => !_units.ContainsKey(key))]);

    /// <summary>The repository as a batch of changes sees it.</summary>
    public async Task<RepositoryView> LoadAsync(params RepositoryChange[] batch)
    {
        // Changes that look for content elsewhere are tested with a catalogue.
        var view = new RepositoryView(_id, new(this, this, null!, null!, null!, null!, null!, null!, null!, null!, new(), Removal));
        await view.LoadAsync(batch, CancellationToken.None);
        return view;
    }

    public async Task<VersionDraft> PlanAsync(RepositoryChange change) =>
        await change.PlanAsync(await LoadAsync(change), CancellationToken.None);

    /// <summary>Plans a change, and does what the draft says after checking that it can be done.</summary>
    public async Task<VersionDraft> CommitAsync(RepositoryChange change)
    {
        var draft = await PlanAsync(change);
        foreach (var unit in draft.Removed)
        {
            Assert.Equal(unit, _units.GetValueOrDefault(unit.InRepository));
            _units.Remove(unit.InRepository);
        }

        foreach (var unit in draft.Added)
        {
            Assert.True(_units.TryAdd(unit.InRepository, unit), $"{unit} is there already");
            if (unit.Kind is ContentKind.Blob)
                _pending.Remove(unit.Digest);
        }

        if (draft.Manifest is { } manifest && !_links.ContainsKey(manifest.Digest))
            LinksOf(manifest.Digest).AddRange(Manifest.LinksOf(manifest.Digest, manifest.Document));
        return draft;
    }

    public Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, CancellationToken cancellationToken) =>
        Answer(repository, keys.Distinct().Where(_units.ContainsKey).Select(key => _units[key]));

    public async Task<HeadLook> LookAsync(
        Guid repository, IReadOnlyCollection<ContentKey> keys, IReadOnlyCollection<ContentKey> measured,
        CancellationToken cancellationToken) => new(
            await FindAsync(repository, keys, cancellationToken),
            [.. keys.Where(key => key.Kind is ContentKind.Blob).Select(key => key.Digest).Where(_pending.Contains)],
            [.. measured.Where(_sizes.ContainsKey).Select(key => (key, _sizes[key]))]);

    public Task<IReadOnlyList<ContentUnit>> AimingAtAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        Answer(repository, _units.Values.Where(unit => unit.Target is { } target && manifests.Contains(target)));

    public Task<IReadOnlyList<ManifestLink>> LinksToAsync(
        Guid repository, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        Answer(repository, LinksOfHeld().Where(
            link => link.Kind is LinkKind.Child or LinkKind.Subject && manifests.Contains(link.Digest)));

    public Task<IReadOnlyList<ManifestLink>> UsersOfAsync(
        Guid repository, IReadOnlyCollection<Digest> blobs, CancellationToken cancellationToken) =>
        Answer(repository, LinksOfHeld().Where(
            link => link.Kind is LinkKind.Config or LinkKind.Layer && blobs.Contains(link.Digest)));

    public Task<IReadOnlyList<Digest>> StillUsedAsync(
        Guid repository,
        IReadOnlyCollection<Digest> blobs,
        IReadOnlyCollection<Digest> leaving,
        CancellationToken cancellationToken) =>
        Answer(repository, LinksOfHeld()
            .Where(link => link.Kind is LinkKind.Config or LinkKind.Layer
                && blobs.Contains(link.Digest) && !leaving.Contains(link.Manifest))
            .Select(link => link.Digest).Distinct());

    public Task<Manifest?> FindManifestAsync(Digest digest, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The rules follow links; they do not read manifests.");

    public Task<IReadOnlyList<ManifestLink>> LinksFromAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken) =>
        Answer(_id, manifests.SelectMany(LinksOf));

    private IEnumerable<ManifestLink> LinksOfHeld() => _units.Keys
        .Where(key => key.Kind is ContentKind.Manifest).SelectMany(key => LinksOf(key.Digest));

    private List<ManifestLink> LinksOf(Digest manifest) =>
        _links.TryGetValue(manifest, out var links) ? links : _links[manifest] = [];

    private Task<IReadOnlyList<T>> Answer<T>(Guid repository, IEnumerable<T> found)
    {
        Assert.Equal(_id, repository);
        return Task.FromResult<IReadOnlyList<T>>([.. found]);
    }
}
