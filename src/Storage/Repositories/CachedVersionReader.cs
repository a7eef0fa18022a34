using OrleansRegistry.Content;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;

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

    public Task<IReadOnlyList<ContentUnit>> ListTagsAsync(
        Guid repository, int version, string? last, int limit, Withheld withheld, CancellationToken cancellationToken) =>
        reader.ListTagsAsync(repository, version, last, limit, withheld, cancellationToken);

    public Task<IReadOnlyList<Referrer>> ReferrersAsync(
        Guid repository, int version, ReferrerQuery query, Withheld withheld, CancellationToken cancellationToken) =>
        reader.ReferrersAsync(repository, version, query, withheld, cancellationToken);

    private sealed record Membership(Guid Repository, int Version, ContentKey Key);
}
