using OrleansRegistry.Distributions;
using OrleansRegistry.Hosting;
using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Registry;

/// <summary>What one name serves at this moment: one version of one repository.</summary>
internal sealed record Served(Guid Repository, int Version, bool IsPinned, bool IsPulledThrough = false);

/// <summary>
/// What names serve. A grain says which version is the newest; what clients see of it, <see cref="VisibleContent"/>.
/// </summary>
internal sealed class ServedContent(IGrainFactory grains, IVersionHistory history)
{
    // What is the newest version when a request comes may be deleted before its end: then what replaced it is read. So
    // often in a row, that is no coincidence any more.
    private const int MostReadings = 10;

    /// <summary>Reads one thing of what the name serves.</summary>
    /// <exception cref="ProblemException">The name serves nothing, or it is what the reading threw.</exception>
    public Task<T> ReadAsync<T>(RepositoryName name, Func<Served, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(name, served => read(served ?? throw Unknown(name)), isList: false, bring: null, cancellationToken);

    /// <summary>The same, of a name that may lie below a pull-through distribution: what is not here is brought first.</summary>
    public Task<T> PullAsync<T>(
        RepositoryName name, Func<Served, Task<T>> read, BringContent bring, CancellationToken cancellationToken) =>
        ReadAsync(name, served => read(served ?? throw Unknown(name)), isList: false, bring, cancellationToken);

    /// <summary>The same for several things.</summary>
    public Task<T> PullListAsync<T>(
        RepositoryName name, Func<Served, Task<T>> read, BringContent bring, CancellationToken cancellationToken) =>
        ReadAsync(name, served => read(served ?? throw Unknown(name)), isList: true, bring, cancellationToken);

    /// <summary>Reads several things of what the name serves: that one is missing does not show.</summary>
    /// <exception cref="ProblemException">The name serves nothing, or it is what the reading threw.</exception>
    public Task<T> ListAsync<T>(RepositoryName name, Func<Served, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(name, served => read(served ?? throw Unknown(name)), isList: true, bring: null, cancellationToken);

    /// <summary>The same; null is read of a name that serves nothing.</summary>
    public Task<T> ListIfServedAsync<T>(
        RepositoryName name, Func<Served?, Task<T>> read, CancellationToken cancellationToken) =>
        ReadAsync(name, read, isList: true, bring: null, cancellationToken);

    /// <summary>What the name serves.</summary>
    /// <exception cref="ProblemException">The name serves nothing.</exception>
    public async Task<Served> GetAsync(RepositoryName name, CancellationToken cancellationToken) =>
        await FindAsync(name, cancellationToken) ?? throw Unknown(name);

    /// <summary>What the name serves, or null.</summary>
    public async Task<Served?> FindAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var binding = await Patience.RetryAsync(() => grains.Distribution(name).FindAsync(), cancellationToken);
        return binding switch
        {
            null => null,
            { PinnedVersion: { } pinned } => new(binding.Repository, pinned, true),
            _ => new(
                binding.Repository,
                await Patience.RetryAsync(
                    () => grains.Repository(binding.Repository).GetHeadAsync(), cancellationToken),
                false,
                binding.IsPulledThrough),
        };
    }

    /// <summary>The repository behind a name, for a change. A first push creates it.</summary>
    public async Task<IRepositoryGrain> OpenAsync(RepositoryName name, CancellationToken cancellationToken) =>
        grains.Repository(await OpenIdAsync(name, cancellationToken));

    /// <inheritdoc cref="OpenAsync"/>
    public async Task<Guid> OpenIdAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var binding = await Patience.RetryAsync(() => grains.Distribution(name).FindAsync(), cancellationToken)
            ?? await Patience.RetryAsync(() => grains.Distribution(name).GetOrCreateAsync(), cancellationToken);
        return Writable(binding, name);
    }

    /// <summary>The repository behind a name, for a change to what exists.</summary>
    /// <exception cref="ProblemException">The name serves nothing, or a pinned version.</exception>
    public async Task<Guid> GetWritableIdAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var binding = await Patience.RetryAsync(() => grains.Distribution(name).FindAsync(), cancellationToken);
        return binding is null ? throw Unknown(name) : Writable(binding, name);
    }

    private async Task<T> ReadAsync<T>(
        RepositoryName name, Func<Served?, Task<T>> read, bool isList, BringContent? bring,
        CancellationToken cancellationToken)
    {
        for (var reading = 1; ; reading++)
        {
            var served = await FindAsync(name, cancellationToken);
            if (reading == 1 && bring is not null && served is null or { IsPulledThrough: true } && await bring(served))
                served = await FindAsync(name, cancellationToken);
            try
            {
                var answer = await read(served);
                if (!isList || reading == MostReadings || await IsThereAsync(served, cancellationToken))
                    return answer;
            }
            catch (ProblemException) when (reading < MostReadings)
            {
                if (await IsThereAsync(served, cancellationToken))
                    throw;
            }
        }
    }

    private async Task<bool> IsThereAsync(Served? served, CancellationToken cancellationToken) =>
        served is null or { IsPinned: true }
        || await Patience.RetryAsync(
            () => grains.Repository(served.Repository).GetHeadAsync(), cancellationToken) == served.Version
        || await history.ExistsAsync(served.Repository, served.Version, cancellationToken);

    private static ProblemException Unknown(RepositoryName name) => new(
        ProblemKind.NameUnknown, "This registry has no repository of that name.", name.ToString());

    private static Guid Writable(Binding binding, RepositoryName name) =>
        binding.PinnedVersion is null
            ? binding.Repository
            : throw new ProblemException(
                ProblemKind.Pinned,
                "This name serves one fixed version; change the repository through a name that serves its latest.",
                name.ToString());
}
