using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>What of a repository is to be signed, as a request names it: all of it is there.</summary>
internal sealed class SignedUnits(IContentSets sets, ISignableReader signable, ContentUnits units)
{
    /// <summary>Patterns of tags, and manifests; both null where nothing was named.</summary>
    /// <exception cref="RefusedException">Something is not there, or nothing to sign.</exception>
    public async Task<(string[]? Tags, Digest[]? Manifests)> ReadAsync(
        Guid repository, BodyValues values, CancellationToken cancellationToken)
    {
        var tags = values.Find<List<string>>(SignBodies.Tags);
        var digests = values.Find<List<string>>(SignBodies.Digests);
        var content = values.Find<List<string>>(SignBodies.Units);
        if (tags is null && digests is null && content is null)
            return (null, null);

        var known = SignableTags.Among(await sets.TagsAsync(repository, null, null, cancellationToken)).ToHashSet();
        RequireTags(new(tags ?? []), known);
        Require(SignBodies.Digests, (digests ?? []).Where(digest => !Digest.TryParse(digest, out _)));
        var named = digests?.ConvertAll(Digest.Parse);
        var held = await signable.HeldAsync(repository, named ?? [], cancellationToken);
        Require(SignBodies.Digests, (named ?? []).Where(digest => !held.ContainsKey(digest)).Select(digest => $"{digest}"));

        var (taggedUnits, manifestUnits) = await ReadUnitsAsync(repository, content ?? [], known, cancellationToken);
        return (
            tags is null && taggedUnits.Count == 0 ? null : [.. tags ?? [], .. taggedUnits],
            named is null && manifestUnits.Count == 0 && (tags is not null || taggedUnits.Count > 0)
                ? null
                : [.. named ?? [], .. manifestUnits]);
    }

    private async Task<(List<string> Tags, List<Digest> Manifests)> ReadUnitsAsync(
        Guid repository, List<string> hrefs, HashSet<ContentUnit> tags, CancellationToken cancellationToken)
    {
        var ids = await units.ReadAsync(SignBodies.Units, hrefs, cancellationToken);
        var found = await sets.FindByIdAsync(ids, cancellationToken);
        Require(
            SignBodies.Units,
            found.Where(one => one.Unit.Kind is not (ContentKind.Tag or ContentKind.Manifest))
                .Select(one => $"{one.Unit.Key} (only tags and manifests are signed)"));
        var tagged = found.Where(one => one.Unit.Kind is ContentKind.Tag).Select(one => one.Unit).ToList();
        Require(SignBodies.Units, tagged.Except(tags).Select(tag => Explained(tag.Key)));
        var manifests = found.Where(one => one.Unit.Kind is ContentKind.Manifest).Select(one => one.Unit.Digest).ToList();
        var held = await signable.HeldAsync(repository, manifests, cancellationToken);
        Require(SignBodies.Units, manifests.Where(digest => !held.ContainsKey(digest)).Select(digest => $"{digest}"));
        return ([.. tagged.Select(tag => tag.Key)], manifests);
    }

    private static void RequireTags(TagPatterns patterns, HashSet<ContentUnit> known)
    {
        if (patterns.HasTooManyWildcards)
            throw RefusedException.Field(
                SignBodies.Tags, $"At most {TagPatterns.MostWildcards} patterns with wildcards are taken at once.");
        Require(SignBodies.Tags, patterns.Without(known.Select(tag => tag.Name).ToHashSet()).Select(Explained));
    }

    private static string Explained(string tag) =>
        Tag.TryParse(tag, out var name) && SignableTags.IsCompanion(name) ? $"{tag} (what cosign attached is not signed)" : tag;

    private static void Require(string field, IEnumerable<string> missing)
    {
        var all = missing.ToList();
        if (all.Count > 0)
            throw RefusedException.Field(
                field, $"The latest version of the repository has nothing to sign by the name of: {SomeNames.Of(all)}.");
    }
}
