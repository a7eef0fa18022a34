namespace OrleansRegistry.Repositories;

/// <summary>The task that changes a repository's settings: those that differ before and after.</summary>
public sealed record RepositoryUpdate(Guid Id, RepositorySettings Before, RepositorySettings After)
{
    public const string Kind = "repository.update";
}

/// <summary>The task that deletes a repository with all its versions.</summary>
/// <param name="Id">The repository.</param>
/// <param name="BasePaths">The names that served it when it was to be deleted.</param>
public sealed record RepositoryDeletion(Guid Id, string[] BasePaths)
{
    public const string Kind = "repository.delete";
}
