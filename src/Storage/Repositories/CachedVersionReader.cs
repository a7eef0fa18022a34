using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <summary>Looks single units up in the node's cache first. What a version lacks is as immutable as what it holds.</summary>
internal sealed class CachedVersionReader(VersionReader reader, NodeCache cache) : IVersionReader
{
    public async Task<ContentUnit?> FindAsync(
        Guid repository, int version, ContentKey key, CancellationToken cancellationToken)
    {
        var fact = new Membership(repository, version, key);
        if (cache.TryGet<ContentUnit?>(fact, out var known))
            return known;
        var unit = await reader.FindAsync(repository, version, key, cancellationToken);
        cache.Keep(fact, unit, 0);
        return unit;
    }

    public Task<IReadOnlyList<ContentUnit>> ListAsync(
        Guid repository, int version, ContentKind kind, string? last, int limit, CancellationToken cancellationToken) =>
        reader.ListAsync(repository, version, kind, last, limit, cancellationToken);

    public Task<IReadOnlyList<Referrer>> ReferrersAsync(
        Guid repository, int version, ReferrerQuery query, CancellationToken cancellationToken) =>
        reader.ReferrersAsync(repository, version, query, cancellationToken);

    private sealed record Membership(Guid Repository, int Version, ContentKey Key);
}
