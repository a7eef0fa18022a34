using OrleansRegistry.Oci;
using OrleansRegistry.Repositories;

namespace OrleansRegistry.Exchange;

/// <summary>A repository that is exported.</summary>
/// <param name="Record">The repository.</param>
/// <param name="Version">Which version.</param>
/// <param name="Since">The version that the other side has; null where it has none.</param>
/// <param name="Image">What its images are called in the bundle.</param>
/// <param name="BasePaths">The names that serve it.</param>
/// <param name="IsPrivate">Whether only people with a right to it may pull.</param>
internal sealed record ExportedRepository(
    RepositoryRecord Record,
    RepositoryVersion Version,
    int? Since,
    RepositoryName Image,
    IReadOnlyList<string> BasePaths,
    bool IsPrivate)
{
    public Guid Id => Record.Id;
}
