namespace OrleansRegistry.Resources;

/// <summary>One resource.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; of a repository version, the id of its repository.</param>
/// <param name="Number">The number of a repository version.</param>
public readonly record struct ResourceReference(ResourceKind Kind, Guid Id, int Number = 0)
{
    public static ResourceReference Version(Guid repository, int number) =>
        new(ResourceKind.RepositoryVersion, repository, number);
}
