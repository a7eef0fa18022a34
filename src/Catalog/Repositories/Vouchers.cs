using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// What a version of a repository holds to vouch for content: companion tags with what they name, and referrers; what
/// vouches for those in turn; and the signatures of all of it.
/// </summary>
internal sealed class Vouchers(IContentSets sets, IContentReader content, Guid source, int version)
{
    /// <summary>All that vouches for those units and for what they need.</summary>
    public async Task<IReadOnlyList<StoredUnit>> OfAsync(
        IReadOnlyCollection<ContentUnit> units, CancellationToken cancellationToken)
    {
        var closure = new ContentClosure(sets, content, isSparse: true); // whoever adds it decides what may be absent
        await closure.AddAsync(units, cancellationToken);
        var found = new HashSet<ContentUnit>();
        var asked = new HashSet<Digest>();
        while (closure.Manifests.Where(asked.Add).ToList() is { Count: > 0 } generation)
        {
            var tags = await sets.TagsAsync(
                source, version, [.. generation.SelectMany(CompanionTags.Of)], cancellationToken);
            var referrers = await sets.ReferrersAsync(source, version, generation, cancellationToken);
            await closure.AddAsync([.. tags.Concat(referrers).Where(found.Add)], cancellationToken);
        }

        var signatures = await sets.SignaturesAsync(source, version, asked, cancellationToken);
        return [.. found.Select(unit => new StoredUnit(default, unit, 0, default)), .. signatures];
    }
}
