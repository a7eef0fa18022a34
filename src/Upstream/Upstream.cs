using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>The repository of one remote, for all on this node who ask for it.</summary>
internal sealed class Upstream : IUpstream
{
    private readonly RemoteAddress _address;
    private readonly TagPages _tags;
    private readonly Manifests _manifests;
    private readonly Blobs _blobs;
    private readonly Referrers _referrers;
    private readonly Lookaside _lookaside;
    private readonly SignatureExtension _extension;
    private readonly Remembered<bool> _hasExtension;

    /// <exception cref="UpstreamException">A setting cannot be used.</exception>
    public Upstream(
        RemoteSettings settings, RemoteSecrets secrets, OutgoingRules rules, ResolveHost resolve, TimeProvider time)
    {
        var patience = Patience.Of(settings);
        var guard = new GuardedConnection(rules, resolve, patience.SocketConnect, time);
        _address = new(settings);
        Exchange = new(
            _address,
            new(_address, settings, secrets, patience, guard),
            rules,
            new(_address, settings, secrets, time),
            patience,
            RequestLimits.Of(settings),
            time);
        _tags = new(_address, Exchange);
        _manifests = new(_address, Exchange);
        _blobs = new(_address, Exchange);
        _referrers = new(_address, Exchange);
        _lookaside = new(_address, Exchange, time);
        _extension = new(_address, Exchange);
        _hasExtension = new(time);
    }

    public Exchange Exchange { get; }

    public string Name => _address.Name;

    public IAsyncEnumerable<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken = default) =>
        _tags.ReadAsync(cancellationToken);

    public Task<UpstreamHead?> HeadManifestAsync(Reference reference, CancellationToken cancellationToken = default) =>
        _manifests.HeadAsync(reference, cancellationToken);

    public Task<UpstreamManifest?> GetManifestAsync(Reference reference, CancellationToken cancellationToken = default) =>
        _manifests.GetAsync(reference, cancellationToken);

    public Task<Stream?> OpenBlobAsync(Digest digest, long offset = 0, CancellationToken cancellationToken = default) =>
        _blobs.OpenAsync(digest, offset, cancellationToken);

    public Task<IReadOnlyList<Digest>?> ListReferrersAsync(Digest subject, CancellationToken cancellationToken = default) =>
        _referrers.ListAsync(subject, cancellationToken);

    public async Task<SignatureSource> FindSignatureSourceAsync(CancellationToken cancellationToken = default)
    {
        if (_address.Sigstore is not null)
            return SignatureSource.Lookaside;
        try
        {
            return await _hasExtension.GetAsync(_extension.IsAnnouncedAsync, cancellationToken)
                ? SignatureSource.Extension
                : SignatureSource.None;
        }
        // Whoever does not answer here announces nothing.
        catch (Exception exception) when (exception is UpstreamException or AttemptException)
        {
            return SignatureSource.None;
        }
    }

    public async Task<IReadOnlyList<byte[]>> ListSignaturesAsync(
        Digest manifest, CancellationToken cancellationToken = default) =>
        await FindSignatureSourceAsync(cancellationToken) switch
        {
            SignatureSource.None => [],
            SignatureSource.Lookaside => await _lookaside.ListAsync(manifest, cancellationToken),
            SignatureSource.Extension => await _extension.ListAsync(manifest, cancellationToken),
        };
}
