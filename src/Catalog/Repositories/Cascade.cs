using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// What leaves a repository along with some manifests: the tags and signatures that aim at them; the entries of an
/// index that no other index lists and no tag names; referrers and companion tags, and what hangs on those in turn;
/// and the blobs that nothing left behind needs.
/// </summary>
/// <param name="view">The repository.</param>
/// <param name="withReferrers">Whether referrers and companion tags leave too.</param>
/// <param name="staying">Manifests that stay, whatever else would take them away.</param>
/// <remarks>Work is bounded by what the repository holds: every manifest is visited once, a generation at a time.</remarks>
internal sealed class Cascade(RepositoryView view, bool withReferrers, IReadOnlySet<string>? staying = null)
{
    private static readonly string[] CompanionSuffixes = ["", ".sig", ".att", ".sbom"];

    private readonly Dictionary<ContentKey, ContentUnit> _leaving = [];

    // Manifests that lost one reason to stay, and leave unless they have another.
    private readonly HashSet<string> _doubtful = [];

    private readonly HashSet<string> _doubtfulBlobs = [];

    /// <summary>
    /// What leaves when content of the repository is named: tags and signatures do, manifests and blobs only where
    /// nothing remaining needs them.
    /// </summary>
    public async Task<IReadOnlyList<ContentUnit>> ReleaseAsync(
        IReadOnlyCollection<ContentUnit> named, CancellationToken cancellationToken)
    {
        Leave(named.Where(unit => unit.Kind is ContentKind.Tag or ContentKind.Signature));
        _doubtfulBlobs.UnionWith(named.Where(unit => unit.Kind is ContentKind.Blob).Select(unit => unit.Key));
        _doubtful.UnionWith(named.Where(unit => unit.Kind is ContentKind.Manifest).Select(unit => unit.Key));
        _doubtful.UnionWith(named.Where(unit => unit.Kind is ContentKind.Tag).Select(unit => unit.Target!));
        return await FollowAsync(await UnheldAsync(cancellationToken), cancellationToken);
    }

    /// <summary>What leaves along with those manifests, which leave whatever needs them.</summary>
    public async Task<IReadOnlyList<ContentUnit>> FollowAsync(
        IReadOnlyCollection<string> manifests, CancellationToken cancellationToken)
    {
        var generation = manifests;
        while (generation.Count > 0)
        {
            Leave(generation.Select(digest => new ContentUnit(ContentKind.Manifest, digest)));
            Leave(await view.Head.AimingAtAsync(view.Repository, generation, cancellationToken));

            var links = await view.Content.LinksFromAsync(generation, cancellationToken);
            _doubtful.UnionWith(links.Where(link => link.Kind is LinkKind.Child).Select(link => link.Digest));
            var next = new HashSet<string>();
            if (withReferrers)
            {
                next.UnionWith(await ReferrersAsync(generation, cancellationToken));
                await LeaveCompanionTagsAsync(generation, cancellationToken);
            }

            next.UnionWith(await UnheldAsync(cancellationToken));
            next.ExceptWith(LeavingOf(ContentKind.Manifest));
            generation = next;
        }

        await LeaveUnusedBlobsAsync(cancellationToken);
        return [.. _leaving.Values];
    }

    private async Task<IEnumerable<string>> ReferrersAsync(
        IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        var links = await view.Head.LinksToAsync(view.Repository, subjects, cancellationToken);
        return links.Where(link => link.Kind is LinkKind.Subject).Select(link => link.Manifest);
    }

    // Cosign's tags, and the fallback tag of the referrers API: "sha256-<64 hex>" with a suffix or none.
    private async Task LeaveCompanionTagsAsync(
        IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        var names = subjects.SelectMany(subject => CompanionSuffixes.Select(
            suffix => new ContentKey(ContentKind.Tag, CompanionPrefix(subject) + suffix))).ToList();
        var tags = await view.Head.FindAsync(view.Repository, names, cancellationToken);
        Leave(tags);
        _doubtful.UnionWith(tags.Select(tag => tag.Target!));
    }

    private static string CompanionPrefix(string subject)
    {
        var digest = Digest.Parse(subject);
        return $"{digest.Algorithm}-{digest.Hex[..64]}";
    }

    /// <summary>The doubtful manifests of the repository that no remaining tag names and no remaining index lists.</summary>
    private async Task<IReadOnlyList<string>> UnheldAsync(CancellationToken cancellationToken)
    {
        _doubtful.ExceptWith(LeavingOf(ContentKind.Manifest));
        if (_doubtful.Count == 0)
            return [];

        var keys = _doubtful.Select(digest => new ContentKey(ContentKind.Manifest, digest)).ToList();
        var present = await view.Head.FindAsync(view.Repository, keys, cancellationToken);
        var unheld = present.Select(unit => unit.Key).ToHashSet();
        _doubtful.IntersectWith(unheld);

        var aiming = await view.Head.AimingAtAsync(view.Repository, _doubtful, cancellationToken);
        unheld.ExceptWith(aiming
            .Where(unit => unit.Kind is ContentKind.Tag && !_leaving.ContainsKey(unit.InRepository))
            .Select(tag => tag.Target!));
        var links = await view.Head.LinksToAsync(view.Repository, _doubtful, cancellationToken);
        unheld.ExceptWith(links
            .Where(link => link.Kind is LinkKind.Child
                && !_leaving.ContainsKey(new(ContentKind.Manifest, link.Manifest)))
            .Select(link => link.Digest));
        unheld.ExceptWith(staying ?? new HashSet<string>());
        return [.. unheld];
    }

    private async Task LeaveUnusedBlobsAsync(CancellationToken cancellationToken)
    {
        var leaving = LeavingOf(ContentKind.Manifest).ToList();
        var links = await view.Content.LinksFromAsync(leaving, cancellationToken);
        var blobs = links.Where(link => link.Kind is LinkKind.Config or LinkKind.Layer)
            .Select(link => link.Digest).Union(_doubtfulBlobs)
            .Select(digest => new ContentKey(ContentKind.Blob, digest)).ToList();
        var held = await view.Head.FindAsync(view.Repository, blobs, cancellationToken);
        var used = await view.Head.StillUsedAsync(
            view.Repository, [.. held.Select(blob => blob.Key)], leaving, cancellationToken);
        Leave(held.Where(blob => !used.Contains(blob.Key)));
    }

    private IEnumerable<string> LeavingOf(ContentKind kind) =>
        _leaving.Keys.Where(key => key.Kind == kind).Select(key => key.Key);

    private void Leave(IEnumerable<ContentUnit> units)
    {
        foreach (var unit in units)
            _leaving[unit.InRepository] = unit;
    }
}
