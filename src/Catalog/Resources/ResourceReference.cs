namespace OrleansRegistry.Resources;

/// <summary>One resource.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; of a repository version, the id of its repository.</param>
/// <param name="Number">The number of a repository version.</param>
public readonly record struct ResourceReference(ResourceKind Kind, Guid Id, int Number = 0)
{
    /// <summary>
    /// What an export, an import or a role of a user lies below: its exporter, importer or user; null where that is not known.
    /// </summary>
    public Guid? Parent { get; init; }

    public static ResourceReference Export(Guid exporter, Guid id) => new(ResourceKind.Export, id) { Parent = exporter };

    public static ResourceReference Import(Guid importer, Guid id) => new(ResourceKind.Import, id) { Parent = importer };

    public static ResourceReference Version(Guid repository, int number) =>
        new(ResourceKind.RepositoryVersion, repository, number);
}
