using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Repositories;

/// <summary>Which of many signatures have a place on their images: no two state the same, and none is one too many.</summary>
internal static class RoomForSignatures
{
    /// <param name="view">The repository.</param>
    /// <param name="signatures">Signatures that are to join it.</param>
    /// <param name="leaving">What leaves in the same version, and makes room.</param>
    /// <param name="tooMany">What to throw for one that has no place; null leaves it out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<ContentUnit>> FitAsync(
        RepositoryView view,
        IReadOnlyCollection<StoredUnit> signatures,
        IReadOnlyCollection<ContentUnit> leaving,
        Func<Digest, SignatureWeight, ProblemException>? tooMany,
        CancellationToken cancellationToken)
    {
        if (signatures.Count == 0)
            return [];
        var limits = view.Context.Signatures;
        var manifests = signatures.Select(found => found.Unit.Target!.Value).Distinct().ToList();
        var weights = (await view.Head.WeighAsync(view.Repository, manifests, cancellationToken))
            .ToDictionary(known => known.Manifest, known => known.Weight);
        foreach (var gone in leaving.Where(unit => unit.Kind is ContentKind.Signature))
            if (weights.TryGetValue(gone.Target!.Value, out var weight))
                weights[gone.Target!.Value] = weight with { Signatures = weight.Signatures - 1 };

        var fitting = new List<ContentUnit>();
        var distinct = await SameSignatures.AsHeldAsync(view, signatures, cancellationToken);
        foreach (var found in signatures.Intersect(distinct))
        {
            var manifest = found.Unit.Target!.Value;
            var weight = weights.GetValueOrDefault(manifest);
            if (weight.Signatures >= limits.MostPerImage || weight.Bytes + found.Size > limits.MostBytesPerImage)
            {
                if (tooMany is not null)
                    throw tooMany(manifest, weight);
                continue;
            }

            weights[manifest] = new(weight.Signatures + 1, weight.Bytes + found.Size);
            fitting.Add(found.Unit);
        }

        return fitting;
    }
}
