using OrleansRegistry.Content;

namespace OrleansRegistry.Signing;

/// <summary>
/// What a wish to sign means for the newest version of a repository: the manifests of the tags and all that their
/// indexes list, each under every tag that reaches it; a manifest that is named itself, or wanted with all others that no
/// tag reaches, under its digest.
/// </summary>
public sealed class SigningSelection(IContentSets sets, ISignableReader signable)
{
    /// <param name="repository">The repository.</param>
    /// <param name="name">Host and base path: references begin with it.</param>
    /// <param name="patterns">Names of tags, with wildcards; null for all where no manifests are named either.</param>
    /// <param name="manifests">Digests of further manifests, or null.</param>
    /// <param name="untagged">Whether all that no tag reaches is signed too.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public async Task<IReadOnlyList<SigningTarget>> FindAsync(
        Guid repository,
        string name,
        IReadOnlyCollection<string>? patterns,
        IReadOnlyCollection<string>? manifests,
        bool untagged = false,
        CancellationToken cancellationToken = default)
    {
        var all = await sets.TagsAsync(repository, null, null, cancellationToken);
        var tags = SignableTags.Among(all).ToList();
        var chosen = patterns is null && manifests is null ? tags : Chosen(tags, new(patterns ?? []));
        var named = manifests ?? [];
        var children = await ChildrenAsync(
            [.. (named.Count > 0 || untagged ? tags : chosen).Select(tag => tag.Target!), .. named], cancellationToken);

        var references = new Dictionary<string, HashSet<string>>();
        foreach (var tag in chosen)
            foreach (var reached in Reach(tag.Target!, children))
                Add(references, reached, $"{name}:{tag.Key}");
        foreach (var (manifest, reference) in Named(named, tags, name, children))
            foreach (var reached in Reach(manifest, children))
                Add(references, reached, reference);

        if (untagged)
            foreach (var manifest in await UntaggedAsync(repository, all, tags, children, cancellationToken))
                Add(references, manifest, $"{name}@{manifest}");

        return await HeldAsync(repository, references, cancellationToken);
    }

    /// <summary>The manifests of those tags and all that their indexes list, under each of the names.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="names">Hosts and base paths: references begin with them.</param>
    /// <param name="tags">Tags of it.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public async Task<IReadOnlyList<SigningTarget>> FindAsync(
        Guid repository,
        IReadOnlyCollection<string> names,
        IReadOnlyCollection<ContentUnit> tags,
        CancellationToken cancellationToken = default)
    {
        var chosen = SignableTags.Among(tags).ToList();
        var children = await ChildrenAsync(chosen.Select(tag => tag.Target!), cancellationToken);
        var references = new Dictionary<string, HashSet<string>>();
        foreach (var tag in chosen)
            foreach (var reached in Reach(tag.Target!, children))
                foreach (var name in names)
                    Add(references, reached, $"{name}:{tag.Key}");
        return await HeldAsync(repository, references, cancellationToken);
    }

    private async Task<IReadOnlyList<SigningTarget>> HeldAsync(
        Guid repository, Dictionary<string, HashSet<string>> references, CancellationToken cancellationToken)
    {
        var held = await signable.HeldAsync(repository, references.Keys, cancellationToken);
        return
        [
            .. from manifest in references.Keys.Order(StringComparer.Ordinal)
               where held.ContainsKey(manifest) // an index may list what was never pushed
               from reference in references[manifest]
               select new SigningTarget(manifest, held[manifest], reference),
        ];
    }

    // What companion tags hold was attached to images, and is none.
    private async Task<IEnumerable<string>> UntaggedAsync(
        Guid repository,
        IReadOnlyList<ContentUnit> all,
        List<ContentUnit> tags,
        ILookup<string, string> children,
        CancellationToken cancellationToken)
    {
        var manifests = await signable.AllAsync(repository, cancellationToken);
        var reached = tags.SelectMany(tag => Reach(tag.Target!, children)).ToHashSet();
        reached.UnionWith(all.Except(tags).Select(tag => tag.Target!));
        return manifests.Where(manifest => !reached.Contains(manifest));
    }

    private static List<ContentUnit> Chosen(List<ContentUnit> tags, TagPatterns patterns) =>
        tags.FindAll(tag => patterns.Match(tag.Key));

    private static IEnumerable<(string Manifest, string Reference)> Named(
        IReadOnlyCollection<string> named, List<ContentUnit> tags, string name, ILookup<string, string> children)
    {
        if (named.Count == 0)
            yield break;
        var tagged = new Dictionary<string, HashSet<string>>();
        foreach (var tag in tags)
            foreach (var reached in Reach(tag.Target!, children))
                Add(tagged, reached, $"{name}:{tag.Key}");
        foreach (var manifest in named)
            foreach (var reference in tagged.GetValueOrDefault(manifest) ?? [$"{name}@{manifest}"])
                yield return (manifest, reference);
    }

    private async Task<ILookup<string, string>> ChildrenAsync(
        IEnumerable<string> manifests, CancellationToken cancellationToken)
    {
        var links = new List<ManifestLink>();
        var seen = new HashSet<string>();
        var generation = manifests.Where(seen.Add).ToList();
        while (generation.Count > 0)
        {
            var found = await signable.ChildrenAsync(generation, cancellationToken);
            links.AddRange(found);
            generation = [.. found.Select(link => link.Digest).Where(seen.Add)];
        }

        return links.ToLookup(link => link.Manifest, link => link.Digest);
    }

    // Manifests name others by their hashes, so no circle is possible; but two indexes may list the same one.
    private static HashSet<string> Reach(string manifest, ILookup<string, string> children)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([manifest]);
        while (open.TryPop(out var next))
            if (reached.Add(next))
                foreach (var child in children[next])
                    open.Push(child);
        return reached;
    }

    private static void Add(Dictionary<string, HashSet<string>> references, string manifest, string reference)
    {
        if (!references.TryGetValue(manifest, out var known))
            references[manifest] = known = [];
        known.Add(reference);
    }
}
