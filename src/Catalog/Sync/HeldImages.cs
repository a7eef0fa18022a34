using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Sync;

/// <summary>What a repository holds under some references: what stays where it cannot be brought anew.</summary>
public sealed class HeldImages(IContentSets sets, IContentReader content, IHeadReader head)
{
    /// <summary>The tags and manifests, all that they need, and all that vouches for them.</summary>
    public async Task<IReadOnlyList<ContentUnit>> FindAsync(
        Guid repository, int version, IReadOnlyCollection<string> references, CancellationToken cancellationToken = default)
    {
        var keys = references.Select(reference => Digest.TryParse(reference, out var digest)
            ? ContentKey.Manifest(digest)
            : new ContentKey(ContentKind.Tag, reference)).ToList();
        var roots = await head.FindAsync(repository, keys, cancellationToken);
        if (roots.Count == 0)
            return [];
        var closure = new ContentClosure(sets, content, isSparse: true);
        await closure.AddAsync(roots, cancellationToken);
        var vouching = await new Vouchers(sets, content, repository, version).OfAsync(roots, cancellationToken);
        await closure.AddAsync([.. vouching.Select(found => found.Unit)], cancellationToken);

        // What an index lists and is not here may be elsewhere on the server: that is nobody's business.
        return await head.FindAsync(repository, [.. closure.Units.Select(unit => unit.InRepository)], cancellationToken);
    }
}
