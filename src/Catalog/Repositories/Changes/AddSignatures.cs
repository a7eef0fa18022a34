using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Adds many stored signatures as one version. One that is held in other bytes, or whose manifest has left the repository,
/// is left out; one whose image carries too many too, unless all or nothing is wanted. One that was collected meanwhile
/// makes all of it refused, to be prepared anew.
/// </summary>
/// <param name="Keys">The keys of the signatures: <c>{manifest digest}@{64 hex}</c>.</param>
/// <param name="AllOrNothing">Refuses all where one has no place.</param>
public sealed record AddSignatures(IReadOnlyCollection<string> Keys, bool AllOrNothing) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var missing = await view.Head.MissingAsync(
            view.Repository, ContentKind.Signature, Keys, cancellationToken);
        var stored = await view.Sets.FindStoredAsync(ContentKind.Signature, missing, cancellationToken);
        if (stored.Count < missing.Count)
            throw new ProblemException(
                ProblemKind.Outdated, $"{missing.Count - stored.Count} of the signatures were deleted meanwhile.");
        var manifests = stored.Select(found => found.Unit.Target!).Distinct().ToList();
        var gone = (await view.Head.MissingAsync(
            view.Repository, ContentKind.Manifest, manifests, cancellationToken)).ToHashSet();
        var added = await RoomForSignatures.FitAsync(
            view, [.. stored.Where(found => !gone.Contains(found.Unit.Target!))], leaving: [],
            AllOrNothing ? (manifest, weight) => TooMany(view, manifest, weight) : null, cancellationToken);
        return new(added, []);
    }

    private static ProblemException TooMany(RepositoryView view, string manifest, SignatureWeight weight) => new(
        ProblemKind.SignatureLimit,
        $"{manifest} carries {weight.Signatures} signatures; at most {view.Context.Signatures.MostPerImage} of "
        + $"{view.Context.Signatures.MostBytesPerImage} bytes can be served. Nothing was added; remove some first.",
        manifest);
}
