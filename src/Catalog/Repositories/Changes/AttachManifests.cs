using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>A stored manifest that says something of an image, and is to join the repository with it.</summary>
/// <param name="Image">The digest of the image.</param>
/// <param name="Manifest">The digest of the manifest.</param>
/// <param name="Tag">The tag that is to name it, or null where it finds its image by itself.</param>
/// <param name="Replaces">What the tag must name until then; null where there must be no such tag.</param>
public sealed record Attachment(Digest Image, Digest Manifest, Tag? Tag = null, Digest? Replaces = null)
{
    internal ContentKey ImageKey => ContentKey.Manifest(Image);

    internal ContentUnit Unit => Tag is { } tag ? ContentUnit.Tag(tag, Manifest) : ContentUnit.Manifest(Manifest);
}

/// <summary>
/// Adds attachments as one version. One whose image has left is left out. A tag that was moved since it was looked at
/// stays where it is: then all of it is refused, to be prepared anew.
/// </summary>
public sealed record AttachManifests(IReadOnlyCollection<Attachment> Attachments) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var held = (await view.Head.FindAsync(
            view.Repository,
            [.. Attachments.Select(one => one.ImageKey), .. Attachments.Select(one => one.Unit.InRepository)],
            cancellationToken)).ToDictionary(unit => unit.InRepository);
        var units = new List<StoredUnit>();
        foreach (var one in Attachments.Where(one => held.ContainsKey(one.ImageKey)))
        {
            var now = held.GetValueOrDefault(one.Unit.InRepository);
            if (now == one.Unit)
                continue;
            if (one.Tag is { } tag && now?.Target != one.Replaces)
                throw new ProblemException(
                    ProblemKind.Outdated, $"The tag {tag} was moved by somebody else at the same time.", $"{tag}");
            units.Add(new(default, one.Unit, 0, default));
        }

        try
        {
            return await AddContent.PlanAsync(view, units, cancellationToken);
        }
        catch (ProblemException lost) when (lost.Problem.Kind is ProblemKind.ManifestBlobUnknown)
        {
            throw new ProblemException(ProblemKind.Outdated, lost.Message, lost.Problem.Subject); // collected meanwhile
        }
    }
}
