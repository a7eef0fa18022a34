using Microsoft.Extensions.Options;
using OrleansRegistry.Access;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Distributions;

/// <inheritdoc cref="IDistributionGrain"/>
public sealed class DistributionGrain(
    IDistributionStore store, RestingGrains resting, IOptions<AccessOptions> access) : Grain, IDistributionGrain
{
    // Replaced whole, after the commit.
    private Binding? _binding;

    private RepositoryName BasePath => RepositoryName.Parse(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _binding = await store.FindAsync(BasePath, cancellationToken);

    public Task<Binding?> FindAsync()
    {
        if (_binding is null)
            resting.Add(GrainContext, () => _binding is null); // anyone can ask for names without end
        return Task.FromResult(_binding);
    }

    public async Task<Binding> GetOrCreateAsync() =>
        _binding ??= await store.GetOrCreateAsync(BasePath, access.Value.PrivateByDefault);

    public async Task RefreshAsync() => _binding = await store.FindAsync(BasePath);
}
