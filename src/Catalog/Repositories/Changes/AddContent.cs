using OrleansRegistry.Content;

namespace OrleansRegistry.Repositories;

/// <summary>Adds content that the server has, with all that it needs. An older tag of an added name leaves.</summary>
/// <param name="Ids">The content.</param>
/// <param name="RequireManifest">
/// Refuses a signature whose manifest is neither in the repository nor among the content, instead of adding that too.
/// </param>
public sealed record AddContent(IReadOnlyCollection<Guid> Ids, bool RequireManifest = false) : RepositoryChange
{
    public override bool StandsAlone => true;

    public override async ValueTask<VersionDraft> PlanAsync(RepositoryView view, CancellationToken cancellationToken)
    {
        var units = await FindAsync(view.Sets, Ids, cancellationToken);
        if (RequireManifest)
            await RefuseLoneSignaturesAsync(view, [.. units.Select(found => found.Unit)], cancellationToken);
        return await PlanAsync(view, units, cancellationToken);
    }

    internal static async Task<IReadOnlyList<StoredUnit>> FindAsync(
        IContentSets sets, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        var units = await sets.FindByIdAsync(ids, cancellationToken);
        var missing = ids.Except(units.Select(found => found.Id)).ToList();
        return missing.Count == 0
            ? units
            : throw new ProblemException(
                ProblemKind.ReferenceInvalid,
                $"Could not find the following content units: {string.Join(", ", missing.Take(10))}.",
                missing[0].ToString());
    }

    /// <summary>What of the units, and of what they need, is not there yet; and the tags that give way.</summary>
    internal static async Task<VersionDraft> PlanAsync(
        RepositoryView view, IReadOnlyCollection<StoredUnit> units, CancellationToken cancellationToken)
    {
        var chosen = await SameSignatures.AsHeldAsync(view, units, cancellationToken);
        var closure = new ContentClosure(
            view.Sets, view.Content, await view.Head.AllowsSparseIndexesAsync(view.Repository, cancellationToken));
        await closure.AddAsync([.. chosen.Select(found => found.Unit)], cancellationToken);
        return await PlanAsync(view, closure, chosen, cancellationToken);
    }

    /// <summary>The same with the closure of the units, for whoever has it.</summary>
    internal static async Task<VersionDraft> PlanAsync(
        RepositoryView view,
        ContentClosure closure,
        IReadOnlyCollection<StoredUnit> units,
        CancellationToken cancellationToken)
    {
        var keys = closure.Units.Select(unit => unit.InRepository).ToList();
        var held = (await view.Head.FindAsync(view.Repository, keys, cancellationToken))
            .ToDictionary(unit => unit.InRepository);
        var added = closure.Units.Where(unit => held.GetValueOrDefault(unit.InRepository) != unit).ToHashSet();
        var removed = added.Select(unit => held.GetValueOrDefault(unit.InRepository)).OfType<ContentUnit>().ToList();
        await RefuseTooManyAsync(view, [.. units.Where(found => added.Contains(found.Unit))], cancellationToken);
        return new([.. added], removed) { TagsAreStored = true };
    }

    private static async Task RefuseLoneSignaturesAsync(
        RepositoryView view, IReadOnlyList<ContentUnit> units, CancellationToken cancellationToken)
    {
        var given = units.Where(unit => unit.Kind is ContentKind.Manifest).Select(unit => unit.Digest)
            .Concat(units.Where(unit => unit.Kind is ContentKind.Tag).Select(unit => unit.Target!.Value)).ToHashSet();
        var manifests = units.Where(unit => unit.Kind is ContentKind.Signature && !given.Contains(unit.Target!.Value))
            .Select(unit => ContentKey.Manifest(unit.Target!.Value)).Distinct().ToList();
        var held = await view.Head.FindAsync(view.Repository, manifests, cancellationToken);
        var missing = manifests.Except(held.Select(unit => unit.InRepository)).ToList();
        if (missing.Count > 0)
            throw new ProblemException(
                ProblemKind.ManifestUnknown,
                $"The repository does not hold {missing[0].Key}, which a signature is of; add the manifest too.",
                missing[0].Key);
    }

    private static async Task RefuseTooManyAsync(
        RepositoryView view, IReadOnlyCollection<StoredUnit> added, CancellationToken cancellationToken)
    {
        var limits = view.Context.Signatures;
        var byManifest = added.Where(found => found.Unit.Kind is ContentKind.Signature)
            .GroupBy(found => found.Unit.Target!.Value).ToDictionary(group => group.Key, group => group.ToList());
        if (byManifest.Count == 0)
            return;
        var carried = (await view.Head.WeighAsync(view.Repository, byManifest.Keys, cancellationToken))
            .ToDictionary(known => known.Manifest, known => known.Weight);
        foreach (var (manifest, more) in byManifest)
        {
            var weight = carried.GetValueOrDefault(manifest);
            if (weight.Signatures + more.Count > limits.MostPerImage
                || weight.Bytes + more.Sum(found => (long)found.Size) > limits.MostBytesPerImage)
                throw new ProblemException(
                    ProblemKind.SignatureLimit,
                    $"{manifest} would carry {weight.Signatures + more.Count} signatures; at most {limits.MostPerImage} of "
                    + $"{limits.MostBytesPerImage} bytes can be served. Remove some first.",
                    manifest.ToString());
        }
    }
}
