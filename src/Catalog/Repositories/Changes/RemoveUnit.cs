using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Takes one tag away. The manifest stays, and so does all that hangs on it.</summary>
public sealed record Untag(Tag Tag) : RepositoryChange
{
    private readonly ContentKey _key = ContentKey.Tag(Tag);

    public override IEnumerable<ContentKey> Touches => [_key];

    public override ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken) =>
        view.Find(_key) is { } tag
            ? new(new VersionDraft([], [tag]))
            : throw new ProblemException(
                ProblemKind.ManifestUnknown, "The repository has no such tag.", Tag.ToString());
}

/// <summary>Takes one blob away, even where a manifest still names it: the caller asked for just that.</summary>
/// <param name="Digest">The blob.</param>
/// <param name="WasPending">Whether it was pending until just now: then there may be nothing left to take away.</param>
public sealed record RemoveBlob(Digest Digest, bool WasPending = false) : RepositoryChange
{
    private readonly ContentUnit _blob = ContentUnit.Blob(Digest);

    public override IEnumerable<ContentKey> Touches => [_blob.InRepository];

    public override ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        if (!WasPending && view.Find(_blob.InRepository) is null)
            throw new ProblemException(
                ProblemKind.BlobUnknown, "The repository does not hold that blob.", Digest.ToString());
        return new(new VersionDraft([], view.Find(_blob.InRepository) is null ? [] : [_blob]));
    }
}
