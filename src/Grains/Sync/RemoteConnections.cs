using OrleansRegistry.Lists;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync;

/// <summary>Opens what remotes speak of, as they stand in the catalogue now.</summary>
internal sealed class RemoteConnections(IListing<RemoteRecord> remotes, IRemoteStore store, IUpstreams upstreams)
{
    /// <param name="remote">The remote.</param>
    /// <param name="share">Among so many nodes the limits of the remote are divided.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProblemException">There is no such remote.</exception>
    public async Task<(IUpstream Upstream, RemoteSettings Settings)> OpenAsync(
        Guid remote, int share = 1, CancellationToken cancellationToken = default)
    {
        var record = await remotes.FindAsync(remote, cancellationToken);
        var secrets = await store.FindSecretsAsync(remote, cancellationToken);
        if (record is null || secrets is null)
            throw new ProblemException(
                ProblemKind.NameUnknown, "The remote does not exist any more; name another one.", remote.ToString());
        var settings = record.Settings;
        var shared = share <= 1 ? settings : settings with
        {
            DownloadConcurrency = Math.Max(1, (settings.DownloadConcurrency ?? RemoteSettings.UsualConcurrency) / share),
            RateLimit = settings.RateLimit is > 0 and var limit ? Math.Max(1, limit / share) : settings.RateLimit,
        };
        return (upstreams.Open(remote, shared, secrets), settings);
    }
}
