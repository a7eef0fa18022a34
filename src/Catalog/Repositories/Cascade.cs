using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// What leaves a repository along with some manifests: the tags and signatures that aim at them; their companion tags;
/// and of the entries of an index, of referrers, and of what companion tags name, with all that hangs on those in turn,
/// whatever has no other reason to stay; and the blobs that nothing left behind needs.
/// </summary>
/// <param name="view">The repository.</param>
/// <param name="staying">Manifests that stay, whatever else would take them away.</param>
/// <remarks>
/// <para>Reasons to stay are a tag that stays, an index that stays and lists the manifest, and a subject that stays:
/// what says something of an image belongs to it. Who names a manifest wants it gone: then its subject is none.</para>
/// <para>Work is bounded by what the repository holds: every manifest is visited once, a generation at a time.</para>
/// </remarks>
internal sealed class Cascade(RepositoryView view, IReadOnlySet<Digest>? staying = null)
{
    private readonly Dictionary<ContentKey, ContentUnit> _leaving = [];

    private bool WithReferrers => view.Context.Removal.WithReferrers;

    // Manifests that lost one reason to stay, and leave unless they have another.
    private readonly HashSet<Digest> _doubtful = [];

    // Those of them that somebody named, by themselves or by a tag.
    private readonly HashSet<Digest> _named = [];

    private readonly HashSet<Digest> _doubtfulBlobs = [];

    /// <summary>
    /// What leaves when content of the repository is named: tags and signatures do, manifests and blobs only where
    /// nothing remaining needs them.
    /// </summary>
    public async Task<IReadOnlyList<ContentUnit>> ReleaseAsync(
        IReadOnlyCollection<ContentUnit> named, CancellationToken cancellationToken)
    {
        Leave(named.Where(unit => unit.Kind is ContentKind.Tag or ContentKind.Signature));
        _doubtfulBlobs.UnionWith(named.Where(unit => unit.Kind is ContentKind.Blob).Select(unit => unit.Digest));
        _named.UnionWith(named.Where(unit => unit.Kind is ContentKind.Manifest).Select(unit => unit.Digest));
        _named.UnionWith(named.Where(unit => unit.Kind is ContentKind.Tag).Select(unit => unit.Target!.Value));
        _doubtful.UnionWith(_named);
        return await FollowAsync(await UnheldAsync(cancellationToken), cancellationToken);
    }

    /// <summary>What leaves along with those manifests, which leave whatever needs them.</summary>
    public async Task<IReadOnlyList<ContentUnit>> FollowAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var generation = manifests;
        while (generation.Count > 0)
        {
            Leave(generation.Select(ContentUnit.Manifest));
            Leave(await view.Head.AimingAtAsync(view.Repository, generation, cancellationToken));

            var links = await view.Content.LinksFromAsync(generation, cancellationToken);
            _doubtful.UnionWith(links.Where(link => link.Kind is LinkKind.Child).Select(link => link.Digest));
            if (WithReferrers)
            {
                _doubtful.UnionWith(await ReferrersAsync(generation, cancellationToken));
                await LeaveCompanionTagsAsync(generation, cancellationToken);
            }

            generation = await UnheldAsync(cancellationToken);
        }

        await LeaveUnusedBlobsAsync(cancellationToken);
        return [.. _leaving.Values];
    }

    /// <summary>The indexes that stay, and list one of those manifests that leave.</summary>
    public async Task<IReadOnlyList<Digest>> BrokenByAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var links = await view.Head.LinksToAsync(view.Repository, manifests, cancellationToken);
        return
        [
            .. links.Where(link => link.Kind is LinkKind.Child && !IsLeaving(link.Manifest))
                .Select(link => link.Manifest).Distinct(),
        ];
    }

    private async Task<IEnumerable<Digest>> ReferrersAsync(
        IReadOnlyCollection<Digest> subjects, CancellationToken cancellationToken)
    {
        var links = await view.Head.LinksToAsync(view.Repository, subjects, cancellationToken);
        return links.Where(link => link.Kind is LinkKind.Subject).Select(link => link.Manifest);
    }

    private async Task LeaveCompanionTagsAsync(
        IReadOnlyCollection<Digest> subjects, CancellationToken cancellationToken)
    {
        var names = subjects.SelectMany(CompanionTags.Of).Select(ContentKey.Tag).ToList();
        var tags = await view.Head.FindAsync(view.Repository, names, cancellationToken);
        Leave(tags);
        _doubtful.UnionWith(tags.Select(tag => tag.Target!.Value));
    }

    /// <summary>The doubtful manifests of the repository that have no reason to stay.</summary>
    private async Task<IReadOnlyList<Digest>> UnheldAsync(CancellationToken cancellationToken)
    {
        _doubtful.ExceptWith(LeavingOf(ContentKind.Manifest));
        if (_doubtful.Count == 0)
            return [];

        _doubtful.IntersectWith(await HeldAsync(_doubtful, cancellationToken));
        var unheld = _doubtful.ToHashSet();
        var aiming = await view.Head.AimingAtAsync(view.Repository, _doubtful, cancellationToken);
        unheld.ExceptWith(aiming
            .Where(unit => unit.Kind is ContentKind.Tag && !_leaving.ContainsKey(unit.InRepository))
            .Select(tag => tag.Target!.Value));
        var links = await view.Head.LinksToAsync(view.Repository, _doubtful, cancellationToken);
        unheld.ExceptWith(links
            .Where(link => link.Kind is LinkKind.Child && !IsLeaving(link.Manifest))
            .Select(link => link.Digest));
        unheld.ExceptWith(staying ?? new HashSet<Digest>());
        unheld.ExceptWith(await DescribingAsync([.. unheld.Except(_named)], cancellationToken));
        return [.. unheld];
    }

    // Of those manifests, the ones that say something of one that stays.
    private async Task<IEnumerable<Digest>> DescribingAsync(
        IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        if (manifests.Count == 0)
            return [];
        var subjects = (await view.Content.LinksFromAsync(manifests, cancellationToken))
            .Where(link => link.Kind is LinkKind.Subject && !IsLeaving(link.Digest)).ToList();
        var held = await HeldAsync(subjects.Select(link => link.Digest), cancellationToken);
        return subjects.Where(link => held.Contains(link.Digest)).Select(link => link.Manifest);
    }

    private async Task<IReadOnlySet<Digest>> HeldAsync(
        IEnumerable<Digest> manifests, CancellationToken cancellationToken) =>
        (await view.Head.FindAsync(
            view.Repository,
            [.. manifests.Distinct().Select(ContentKey.Manifest)],
            cancellationToken)).Select(unit => unit.Digest).ToHashSet();

    private async Task LeaveUnusedBlobsAsync(CancellationToken cancellationToken)
    {
        var leaving = LeavingOf(ContentKind.Manifest).ToList();
        var links = await view.Content.LinksFromAsync(leaving, cancellationToken);
        var blobs = links.Where(link => link.Kind is LinkKind.Config or LinkKind.Layer)
            .Select(link => link.Digest).Union(_doubtfulBlobs).Select(ContentKey.Blob).ToList();
        var held = await view.Head.FindAsync(view.Repository, blobs, cancellationToken);
        var used = await view.Head.StillUsedAsync(
            view.Repository, [.. held.Select(blob => blob.Digest)], leaving, cancellationToken);
        Leave(held.Where(blob => !used.Contains(blob.Digest)));
    }

    private bool IsLeaving(Digest manifest) => _leaving.ContainsKey(ContentKey.Manifest(manifest));

    private IEnumerable<Digest> LeavingOf(ContentKind kind) =>
        _leaving.Keys.Where(key => key.Kind == kind).Select(key => key.Digest);

    private void Leave(IEnumerable<ContentUnit> units)
    {
        foreach (var unit in units)
            _leaving[unit.InRepository] = unit;
    }
}
