using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// A repository holds a signature once, in the bytes that came first: what anybody can change without its key makes no
/// second one.
/// </summary>
internal static class SameSignatures
{
    /// <summary>The units, each signature that the repository holds in other bytes replaced by that one.</summary>
    public static async Task<IReadOnlyList<StoredUnit>> AsHeldAsync(
        RepositoryView view, IReadOnlyCollection<StoredUnit> units, CancellationToken cancellationToken)
    {
        var manifests = units.Where(found => found.Statement is not null)
            .Select(found => found.Unit.Target!.Value).Distinct().ToList();
        if (manifests.Count == 0)
            return [.. units];
        var held = await view.Head.StatementsAsync(view.Repository, manifests, cancellationToken);
        var there = held.Select(one => one.Signature).ToHashSet();
        var byStatement = new Dictionary<(Digest Manifest, string Statement), StoredUnit>();
        foreach (var one in held)
            byStatement.TryAdd((one.Manifest, one.Statement), new(default, one.Signature, 0, default));
        var chosen = new List<StoredUnit>(units.Count);
        foreach (var found in units)
            if (found.Statement is null || there.Contains(found.Unit))
                chosen.Add(found);
            else if (byStatement.TryGetValue((found.Unit.Target!.Value, found.Statement), out var same))
                chosen.Add(same);
            else
            {
                byStatement.Add((found.Unit.Target!.Value, found.Statement), found);
                chosen.Add(found);
            }

        return [.. chosen.DistinctBy(found => found.Unit)];
    }
}

/// <summary>A signature that a repository holds, and what it states.</summary>
public readonly record struct HeldStatement(ContentUnit Signature, string Statement)
{
    public Digest Manifest => Signature.Target!.Value;
}
