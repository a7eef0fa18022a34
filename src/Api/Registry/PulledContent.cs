using OrleansRegistry.Access;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.PullThrough;

namespace OrleansRegistry.Registry;

/// <summary>Brings what a pull of a name asks for, before it is read. True where the name may serve something else now.</summary>
/// <param name="served">What the name serves; null where it serves nothing.</param>
internal delegate Task<bool> BringContent(Served? served);

/// <summary>
/// Names below pull-through distributions. Source: Pulp's REST: pull-through cache. Who is nobody in particular gets what is
/// here, as new as it is upstream; only others let names, tags and manifests come into being.
/// </summary>
internal sealed class PulledContent(IGrainFactory grains, IPullThroughStore store, VisibleContent visible)
{
    /// <inheritdoc cref="BringContent"/>
    /// <param name="served">What the name serves.</param>
    /// <param name="name">The name.</param>
    /// <param name="reference">What is pulled of it; null where that is no manifest.</param>
    /// <param name="caller">Who pulls.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ProblemException">The upstream does not have it, or has no answer and it is not here either.</exception>
    public async Task<bool> BringAsync(
        Served? served, RepositoryName name, Reference? reference, Caller caller, CancellationToken cancellationToken)
    {
        if (served is not null && reference is null)
            return false;
        var isHere = served is not null && reference is { } wanted
            && await visible.HoldsAsync(served, wanted, cancellationToken);
        if (isHere ? reference?.Digest is not null : caller is { User: null, Role: Role.None })
            return false; // a digest means the same for ever
        if (served is null && !await IsBelowAnyAsync(name, cancellationToken))
            return false;

        var problem = await Patience.RetryAsync(
            () => grains.PullThrough(name, reference).BringAsync(), cancellationToken);
        if (problem is null)
            return true;
        return isHere && problem.Kind is not ProblemKind.ManifestUnknown ? false : throw new ProblemException(problem);
    }

    private async Task<bool> IsBelowAnyAsync(RepositoryName name, CancellationToken cancellationToken) =>
        (await store.ListAboveAsync(name, cancellationToken)).Any(parent => parent.UpstreamNameOf(name) is not null);
}
