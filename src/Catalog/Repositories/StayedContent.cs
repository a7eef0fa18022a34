using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Content that was named to be taken away, and is there all the same.</summary>
/// <param name="Unit">The content.</param>
/// <param name="Why">What holds it, in the end of a sentence.</param>
public sealed record StayedContent(StoredUnit Unit, string Why)
{
    /// <summary>Looks which of that content the newest version holds, and by what.</summary>
    public static async Task<IReadOnlyList<StayedContent>> FindAsync(
        IHeadReader head,
        Guid repository,
        IReadOnlyCollection<StoredUnit> named,
        CancellationToken cancellationToken = default)
    {
        var held = (await head.FindAsync(
            repository, [.. named.Select(one => one.Unit.InRepository)], cancellationToken)).ToHashSet();
        var there = named.Where(one => held.Contains(one.Unit)).ToList();
        var manifests = DigestsOf(there, ContentKind.Manifest);
        var tags = (await head.AimingAtAsync(repository, manifests, cancellationToken))
            .Where(unit => unit.Kind is ContentKind.Tag).ToLookup(tag => ContentKey.Manifest(tag.Target!.Value), tag => tag.Key);
        var indexes = (await head.LinksToAsync(repository, manifests, cancellationToken))
            .Where(link => link.Kind is LinkKind.Child).ToLookup(link => ContentKey.Manifest(link.Digest), link => $"{link.Manifest}");
        var users = (await head.UsersOfAsync(repository, DigestsOf(there, ContentKind.Blob), cancellationToken))
            .ToLookup(link => ContentKey.Blob(link.Digest), link => $"{link.Manifest}");
        return
        [
            .. there.Select(one => new StayedContent(
                one,
                Explain(
                    ("tagged", tags[one.Unit.InRepository]),
                    ("listed by", indexes[one.Unit.InRepository]),
                    ("needed by", users[one.Unit.InRepository])))),
        ];
    }

    private static string Explain(params IEnumerable<(string How, IEnumerable<string> By)> reasons)
    {
        var given = string.Join("; ", reasons.Where(reason => reason.By.Any()).Select(reason =>
            $"{reason.How} {SomeNames.Of([.. reason.By.Distinct().Order(StringComparer.Ordinal)])}"));
        return given.Length > 0 ? given : "it was added"; // in the same change, or since
    }

    private static List<Digest> DigestsOf(IEnumerable<StoredUnit> units, ContentKind kind) =>
        [.. units.Where(one => one.Unit.Kind == kind).Select(one => one.Unit.Digest)];
}
