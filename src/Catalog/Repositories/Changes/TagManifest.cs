using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Points a tag at a manifest of the repository; an older tag of that name leaves in the same version.</summary>
public sealed record TagManifest(Tag Tag, Digest Manifest) : RepositoryChange
{
    public override IEnumerable<ContentKey> Touches =>
        [ContentKey.Tag(Tag), ContentKey.Manifest(Manifest)];

    public override ContentUnit MayCreate => ContentUnit.Tag(Tag, Manifest);

    public override ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (view.Find(ContentUnit.Manifest(Manifest).InRepository) is null)
            throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository does not hold that manifest.", Manifest.ToString());

        List<ContentUnit> added = [], removed = [];
        Plan(view, ContentUnit.Tag(Tag, Manifest), added, removed);
        return new(new VersionDraft(added, removed));
    }

    internal static void Plan(RepositoryView view, ContentUnit tag, List<ContentUnit> added, List<ContentUnit> removed)
    {
        var older = view.Find(tag.InRepository);
        if (older == tag)
            return;
        if (older is not null)
            removed.Add(older);
        added.Add(tag);
    }
}
