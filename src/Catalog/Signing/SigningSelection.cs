using OrleansRegistry.Content;
using OrleansRegistry.Oci;

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
    /// <param name="manifests">Further manifests, or null.</param>
    /// <param name="untagged">Whether all that no tag reaches is signed too.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public async Task<IReadOnlyList<SigningTarget>> FindAsync(
        Guid repository,
        string name,
        IReadOnlyCollection<string>? patterns,
        IReadOnlyCollection<Digest>? manifests,
        bool untagged = false,
        CancellationToken cancellationToken = default)
    {
        var all = await sets.TagsAsync(repository, null, null, cancellationToken);
        var tags = SignableTags.Among(all).ToList();
        var chosen = patterns is null && manifests is null ? tags : Chosen(tags, new(patterns ?? []));
        var named = manifests ?? [];
        var children = await ChildrenAsync(
            [.. (named.Count > 0 || untagged ? tags : chosen).Select(tag => tag.Target!.Value), .. named], cancellationToken);

        var references = new Dictionary<Digest, HashSet<string>>();
        foreach (var tag in chosen)
            foreach (var reached in Reach(tag.Target!.Value, children))
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
        var children = await ChildrenAsync(chosen.Select(tag => tag.Target!.Value), cancellationToken);
        var references = new Dictionary<Digest, HashSet<string>>();
        foreach (var tag in chosen)
            foreach (var reached in Reach(tag.Target!.Value, children))
                foreach (var name in names)
                    Add(references, reached, $"{name}:{tag.Key}");
        return await HeldAsync(repository, references, cancellationToken);
    }

    private async Task<IReadOnlyList<SigningTarget>> HeldAsync(
        Guid repository, Dictionary<Digest, HashSet<string>> references, CancellationToken cancellationToken)
    {
        var held = await signable.HeldAsync(repository, references.Keys, cancellationToken);
        return
        [
            .. from manifest in references.Keys.OrderBy(digest => digest.ToString(), StringComparer.Ordinal)
               where held.ContainsKey(manifest) // an index may list what was never pushed
               from reference in references[manifest]
               select new SigningTarget(manifest, held[manifest], reference),
        ];
    }

    // What companion tags hold was attached to images, and is none.
    private async Task<IEnumerable<Digest>> UntaggedAsync(
        Guid repository,
        IReadOnlyList<ContentUnit> all,
        List<ContentUnit> tags,
        ILookup<Digest, Digest> children,
        CancellationToken cancellationToken)
    {
        var manifests = await signable.AllAsync(repository, cancellationToken);
        var reached = tags.SelectMany(tag => Reach(tag.Target!.Value, children)).ToHashSet();
        reached.UnionWith(all.Except(tags).Select(tag => tag.Target!.Value));
        return manifests.Where(manifest => !reached.Contains(manifest));
    }

    private static List<ContentUnit> Chosen(List<ContentUnit> tags, TagPatterns patterns) =>
        tags.FindAll(tag => patterns.Match(tag.Name));

    private static IEnumerable<(Digest Manifest, string Reference)> Named(
        IReadOnlyCollection<Digest> named, List<ContentUnit> tags, string name, ILookup<Digest, Digest> children)
    {
        if (named.Count == 0)
            yield break;
        var tagged = new Dictionary<Digest, HashSet<string>>();
        foreach (var tag in tags)
            foreach (var reached in Reach(tag.Target!.Value, children))
                Add(tagged, reached, $"{name}:{tag.Key}");
        foreach (var manifest in named)
            foreach (var reference in tagged.GetValueOrDefault(manifest) ?? [$"{name}@{manifest}"])
                yield return (manifest, reference);
    }

    private async Task<ILookup<Digest, Digest>> ChildrenAsync(
        IEnumerable<Digest> manifests, CancellationToken cancellationToken)
    {
        var links = new List<ManifestLink>();
        var seen = new HashSet<Digest>();
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
    private static HashSet<Digest> Reach(Digest manifest, ILookup<Digest, Digest> children)
    {
        var reached = new HashSet<Digest>();
        var open = new Stack<Digest>([manifest]);
        while (open.TryPop(out var next))
            if (reached.Add(next))
                foreach (var child in children[next])
                    open.Push(child);
        return reached;
    }

    private static void Add(Dictionary<Digest, HashSet<string>> references, Digest manifest, string reference)
    {
        if (!references.TryGetValue(manifest, out var known))
            references[manifest] = known = [];
        known.Add(reference);
    }
}
