namespace OrleansRegistry.Repositories;

/// <summary>The past of a repository: looking versions up, and letting go of them. Numbers are never given again.</summary>
public interface IVersionHistory
{
    /// <summary>The version that each of those tasks made; tasks that made none are left out.</summary>
    Task<IReadOnlyList<MadeVersion>> FindMadeAsync(
        Guid repository, IReadOnlyCollection<Guid> tasks, CancellationToken cancellationToken = default);

    /// <summary>True where the repository has a version of that number.</summary>
    Task<bool> ExistsAsync(Guid repository, int number, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes one version. What it changed is squashed into the next one, so that no other version holds anything
    /// else than before. One that is not there is no failure.
    /// </summary>
    /// <exception cref="ProblemException">It is the last one that remains, or a distribution serves it.</exception>
    Task DeleteAsync(Guid repository, int number, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the oldest versions beyond the number that the repository keeps, up to a few at a time. Versions that a
    /// distribution is pinned to are spared, and not counted.
    /// </summary>
    /// <returns>True where more are left to delete.</returns>
    Task<bool> TrimAsync(Guid repository, CancellationToken cancellationToken = default);
}

/// <summary>A version that a task made.</summary>
public sealed record MadeVersion(Guid Task, int Number, Guid Id, DateTimeOffset CreatedAt);
