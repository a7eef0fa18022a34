using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Adds many stored signatures as one version. One that is held in other bytes, or whose manifest has left the repository,
/// is left out; one whose image carries too many too, unless all or nothing is wanted. One that was collected meanwhile
/// makes all of it refused, to be prepared anew.
/// </summary>
/// <param name="Keys">The keys of the signatures.</param>
/// <param name="AllOrNothing">Refuses all where one has no place.</param>
public sealed record AddSignatures(IReadOnlyCollection<SignatureKey> Keys, bool AllOrNothing) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var wanted = Keys.Distinct().Select(ContentUnit.Signature).ToDictionary(unit => unit.InRepository);
        var missing = await view.Head.MissingAsync(view.Repository, wanted.Keys, cancellationToken);
        var stored = await view.Sets.FindStoredAsync([.. missing.Select(key => wanted[key])], cancellationToken);
        if (stored.Count < missing.Count)
            throw new ProblemException(
                ProblemKind.Outdated, $"{missing.Count - stored.Count} of the signatures were deleted meanwhile.");
        var manifests = stored.Select(found => found.Unit.Target!.Value).Distinct().Select(ContentKey.Manifest).ToList();
        var gone = (await view.Head.MissingAsync(view.Repository, manifests, cancellationToken))
            .Select(manifest => manifest.Digest).ToHashSet();
        var added = await RoomForSignatures.FitAsync(
            view, [.. stored.Where(found => !gone.Contains(found.Unit.Target!.Value))], leaving: [],
            AllOrNothing ? (manifest, weight) => TooMany(view, manifest, weight) : null, cancellationToken);
        return new(added, []);
    }

    private static ProblemException TooMany(RepositoryView view, Digest manifest, SignatureWeight weight) => new(
        ProblemKind.SignatureLimit,
        $"{manifest} carries {weight.Signatures} signatures; at most {view.Context.Signatures.MostPerImage} of "
        + $"{view.Context.Signatures.MostBytesPerImage} bytes can be served. Nothing was added; remove some first.",
        manifest.ToString());
}
