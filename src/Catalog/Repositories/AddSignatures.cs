using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>
/// Adds many stored signatures as one version. One that is held in other bytes, or whose manifest has left the repository,
/// is left out; one whose image carries too many too, unless all or nothing is wanted. One that was collected meanwhile makes all of it refused, to be
/// prepared anew.
/// </summary>
/// <param name="Keys">The keys of the signatures: <c>{manifest digest}@{64 hex}</c>.</param>
/// <param name="AllOrNothing">Refuses all where one has no place.</param>
/// <param name="Sets">Where they are found.</param>
/// <param name="Limits">How much an image may carry.</param>
public sealed record AddSignatures(
    IReadOnlyCollection<string> Keys, bool AllOrNothing, IContentSets Sets, SignatureOptions Limits) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var missing = await view.Head.MissingAsync(
            view.Repository, ContentKind.Signature, Keys, cancellationToken);
        var stored = await Sets.FindStoredAsync(ContentKind.Signature, missing, cancellationToken);
        if (stored.Count < missing.Count)
            throw new ProblemException(
                ProblemKind.Outdated, $"{missing.Count - stored.Count} of the signatures were deleted meanwhile.");
        var manifests = stored.Select(found => found.Unit.Target!).Distinct().ToList();
        var gone = (await view.Head.MissingAsync(
            view.Repository, ContentKind.Manifest, manifests, cancellationToken)).ToHashSet();
        var weights = (await view.Head.WeighAsync(view.Repository, manifests, cancellationToken))
            .ToDictionary(known => known.Manifest, known => known.Weight);

        var added = new List<ContentUnit>();
        var held = await SameSignatures.AsHeldAsync(view, stored, cancellationToken);
        foreach (var found in stored.Intersect(held).Where(found => !gone.Contains(found.Unit.Target!)))
        {
            var weight = weights.GetValueOrDefault(found.Unit.Target!);
            if (weight.Signatures >= Limits.MostPerImage || weight.Bytes + found.Size > Limits.MostBytesPerImage)
            {
                if (AllOrNothing)
                    throw new ProblemException(
                        ProblemKind.SignatureLimit,
                        $"{found.Unit.Target} carries {weight.Signatures} signatures; at most {Limits.MostPerImage} of "
                        + $"{Limits.MostBytesPerImage} bytes can be served. Nothing was added; remove some first.",
                        found.Unit.Target);
                continue;
            }

            weights[found.Unit.Target!] = new(weight.Signatures + 1, weight.Bytes + found.Size);
            added.Add(found.Unit);
        }

        return new(added, []);
    }
}
