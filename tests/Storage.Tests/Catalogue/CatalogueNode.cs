using OrleansRegistry.Collection;
using OrleansRegistry.Content;
using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Storage.Tests;

/// <summary>The catalogue's ports as one node has them, on a database and a directory.</summary>
internal sealed class CatalogueNode(IDatabase database, DataDirectory data)
{
    public IVersionStore Versions { get; } = new VersionStore(
        database, new ManifestDescriber(database, new BlobFiles(data), new NoKeys()), TimeProvider.System);

    public DataDirectory Data => data;

    public IVersionReader Reader { get; } = new VersionReader(database);

    public ISignatureReader SignatureReader { get; } = new SignatureReader(database);

    public IHeadReader Head { get; } = new HeadReader(database);

    public IContentReader Content { get; } = new ContentReader(database);

    public IBlobStore Blobs { get; } = new BlobStore(database, new BlobFiles(data), new NodeCache(), TimeProvider.System);

    public ISignatureStore Signatures { get; } = new SignatureStore(database, new NoKeys(), TimeProvider.System);

    public ICollectionStore Collection { get; } = new CollectionStore(database, new BlobFiles(data), TimeProvider.System);

    public IUploads Uploads { get; } = new UploadFiles(data);

    public IDistributionStore Distributions { get; } = new DistributionStore(database, TimeProvider.System);

    public IRepositoryStore Repositories { get; } = new RepositoryStore(database, TimeProvider.System);

    public IVersionHistory History { get; } = new VersionHistory(database);

    public IIngestStore Ingests { get; } = new IngestStore(
        database, new ManifestDescriber(database, new BlobFiles(data), new NoKeys()), new NoKeys(), TimeProvider.System);

    /// <summary>What planning asks; keys are not known here.</summary>
    public ChangeContext Planning => new(
        Head, Content, new ContentSets(database), Versions, History, Ingests, null!, new OpenGate(), new NoKeys(), null!, new SignatureOptions(),
        new RemovalOptions());

    public IDistributionSettingsStore Settings { get; } = new DistributionSettingsStore(database, TimeProvider.System);

    public ILabelStore Labels { get; } = new LabelStore(database);

    /// <summary>Deletes a repository, and all that it held.</summary>
    public async Task DropRepositoryAsync(Guid repository)
    {
        await Repositories.DeleteAsync(repository);
        while (await Repositories.SweepAsync(repository))
            continue;
    }

    public async Task<Guid> CreateRepositoryAsync()
    {
        var binding = await Distributions.GetOrCreateAsync(RepositoryName.Parse($"team/{Guid.NewGuid():N}"));
        return binding.Repository;
    }

    /// <summary>Uploads those bytes and proves their digest; the blob is not admitted yet.</summary>
    public async Task<SealedUpload> UploadAsync(Guid repository, string blob)
    {
        var upload = await Uploads.CreateAsync(repository);
        await Uploads.AppendAsync(repository, upload, 0, new MemoryStream(Images.BytesOf(blob)));
        return await Uploads.SealAsync(repository, upload, Images.DigestOf(blob));
    }

    public async Task<Digest> PushBlobAsync(Guid repository, string blob)
    {
        var upload = await UploadAsync(repository, blob);
        await Blobs.AdmitAsync(upload);
        return upload.Digest;
    }

    public async Task<RepositoryVersion> LatestAsync(Guid repository)
    {
        var latest = await Versions.FindLatestAsync(repository);
        Assert.NotNull(latest);
        return latest;
    }

    public async Task<VersionDraft> PlanAsync(Guid repository, RepositoryChange change)
    {
        var view = new RepositoryView(repository, Planning);
        await view.LoadAsync([change], CancellationToken.None);
        return await change.PlanAsync(view, CancellationToken.None);
    }

    /// <summary>Commits one change as the next version; nobody else writes.</summary>
    public async Task<RepositoryVersion> CommitAsync(Guid repository, RepositoryChange change)
    {
        var draft = await PlanAsync(repository, change);
        var appended = await Versions.TryAppendAsync(repository, await LatestAsync(repository), [draft]);
        Assert.NotNull(appended);
        return Assert.Single(appended);
    }

    /// <summary>Pushes the blobs of an image, named by the same words as in <see cref="Images"/>, and the
    /// manifest.</summary>
    public async Task<RepositoryVersion> PushAsync(
        Guid repository, Manifest manifest, IEnumerable<string> blobs, params string[] tags)
    {
        foreach (var blob in blobs)
            await PushBlobAsync(repository, blob);
        return await CommitAsync(repository, new PutManifest(manifest, Images.Tags(tags)));
    }

    /// <summary>All that a version holds.</summary>
    public async Task<HashSet<ContentUnit>> ContentOfAsync(Guid repository, int version)
    {
        var units = new HashSet<ContentUnit>();
        foreach (var kind in Enum.GetValues<ContentKind>())
            units.UnionWith(await Reader.ListAsync(repository, version, kind, null, int.MaxValue));
        return units;
    }
}
