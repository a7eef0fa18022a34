namespace OrleansRegistry.Repositories;

/// <summary>The past of a repository: looking versions up, and letting go of them. Numbers are never given again.</summary>
public interface IVersionHistory
{
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
    /// distribution serves are spared, and not counted.
    /// </summary>
    /// <returns>True where more are left to delete.</returns>
    Task<bool> TrimAsync(Guid repository, CancellationToken cancellationToken = default);
}

public static class VersionHistories
{
    /// <summary>Refuses a version that is not there. Asked after it was read: what was read of one that went meanwhile may
    /// lack something.</summary>
    /// <exception cref="ProblemException">There is no such version.</exception>
    public static async Task RequireAsync(
        this IVersionHistory history, Guid repository, int number, CancellationToken cancellationToken)
    {
        if (!await history.ExistsAsync(repository, number, cancellationToken))
            throw new ProblemException(
                ProblemKind.NameUnknown, $"There is no version {number} of that repository.", repository.ToString());
    }
}
