namespace OrleansRegistry.Repositories;

/// <summary>The task that changes a repository's settings: those that differ before and after.</summary>
public sealed record RepositoryUpdate(Guid Id, RepositorySettings Before, RepositorySettings After)
{
    public const string Kind = "repository.update";
}

/// <summary>The task that deletes a repository with all its versions.</summary>
public sealed record RepositoryDeletion(Guid Id)
{
    public const string Kind = "repository.delete";
}
