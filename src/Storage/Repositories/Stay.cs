using OrleansRegistry.Content;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Storage;

/// <summary>A unit in a repository, since one version and, if it left in the same batch, until another one.</summary>
internal sealed class Stay(ContentUnit unit, int since)
{
    public ContentUnit Unit { get; } = unit;

    public int Since { get; } = since;

    public int? Until { get; private set; }

    /// <summary>
    /// What a batch of versions comes to: the stays that begin in it, and the ends of those that began before.
    /// </summary>
    public static (IReadOnlyList<Stay> Begun, IReadOnlyList<(ContentKey Key, int Version)> Ended) Of(
        IEnumerable<(RepositoryVersion Version, VersionDraft Draft)> batch)
    {
        var begun = new List<Stay>();
        var ended = new List<(ContentKey, int)>();
        var open = new Dictionary<ContentKey, Stay>();
        foreach (var (version, draft) in batch)
        {
            foreach (var key in draft.Removed.Select(unit => unit.InRepository))
                if (open.Remove(key, out var stay))
                    stay.Until = version.Number;
                else
                    ended.Add((key, version.Number));
            foreach (var unit in draft.Added)
                begun.Add(open[unit.InRepository] = new(unit, version.Number));
        }

        return (begun, ended);
    }
}
