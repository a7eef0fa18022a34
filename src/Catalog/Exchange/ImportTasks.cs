using OrleansRegistry.Resources;
using OrleansRegistry.Tasks;

namespace OrleansRegistry.Exchange;

/// <summary>The tasks of an import: one reads the bundle, then one for each repository makes its version.</summary>
public static class ImportTasks
{
    public const string Kind = "importer.import";

    public const string RepositoryKind = "importer.import.repository";

    /// <remarks>One import of an importer at a time.</remarks>
    public static TaskRequest Import(ImportArguments arguments) => new(
        Kind,
        TaskJson.Write(arguments),
        [Reservation.Of(ResourceKind.Importer, arguments.Importer)],
        [])
    {
        Group = arguments.Group,
    };

    /// <summary>Makes the version of one repository, of what the first task gathered.</summary>
    public static TaskRequest Repository(RepositoryImport arguments, Guid parent, Guid? group) => new(
        RepositoryKind,
        TaskJson.Write(arguments),
        [Reservation.Of(ResourceKind.Repository, arguments.Repository)],
        [])
    {
        Parent = parent,
        Group = group,
    };
}

/// <param name="Id">The import's id to be.</param>
/// <param name="Importer">The importer.</param>
/// <param name="Group">The group of the tasks.</param>
/// <param name="Parameters">The request, as it is shown: JSON.</param>
/// <param name="Path">The bundle, or null.</param>
/// <param name="Toc">The table of contents beside its chunks, or null.</param>
/// <param name="Options">What is wanted besides.</param>
public sealed record ImportArguments(
    Guid Id, Guid Importer, Guid Group, string Parameters, string? Path, string? Toc, ImportChoices Options);

/// <param name="CreateRepositories">True where repositories that are not here are created.</param>
/// <param name="AllOrNothing">True where either all repositories of the bundle are taken or none.</param>
/// <param name="AcceptRevocations">True where what is revoked there is revoked here, too.</param>
/// <param name="Force">True where an old bundle, or an increment whose base is missing, is taken all the same.</param>
public sealed record ImportChoices(bool CreateRepositories, bool AllOrNothing, bool AcceptRevocations, bool Force);

/// <param name="Import">The import.</param>
/// <param name="Gathering">What was gathered.</param>
/// <param name="Repository">The repository here.</param>
/// <param name="Source">The repository there.</param>
/// <param name="Version">The version there.</param>
/// <param name="Bundle">The bundle.</param>
public sealed record RepositoryImport(Guid Import, Guid Gathering, Guid Repository, Guid Source, int Version, Guid Bundle);

/// <summary>The task that changes an importer: what differs before and after.</summary>
public sealed record ImporterUpdate(Guid Id, ImporterSettings Before, ImporterSettings After)
{
    public const string Kind = "importer.update";
}

/// <summary>The task that deletes an importer, with the records of its imports.</summary>
public sealed record ImporterDeletion(Guid Id)
{
    public const string Kind = "importer.delete";
}
