using Orleans.Concurrency;

namespace OrleansRegistry.PullThrough;

/// <summary>
/// One reference of a name below a pull-through distribution: the only one to ask for it upstream. Key: the name, a colon,
/// and the tag or digest; nothing behind the colon stands for the name itself.
/// </summary>
[Alias("pull-through")]
public interface IPullThroughGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the repository hold what the reference names upstream now, as far as that was not found out lately; creates
    /// repository, remote and distribution where nothing has the name. All who ask at once wait for one answer.
    /// </summary>
    /// <returns>Why it does not hold that; null where it does. After some seconds also that it is not done yet.</returns>
    [AlwaysInterleave]
    [Alias("bring")]
    Task<Problem?> BringAsync();
}
