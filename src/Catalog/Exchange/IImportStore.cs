namespace OrleansRegistry.Exchange;

/// <summary>Importers, and what they imported.</summary>
public interface IImportStore
{
    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(ImporterSettings settings, CancellationToken cancellationToken = default);

    /// <summary>Changes an importer, as far as before and after differ.</summary>
    /// <exception cref="ProblemException">There is none of that id; or the name is taken.</exception>
    Task UpdateAsync(
        Guid id, ImporterSettings before, ImporterSettings after, CancellationToken cancellationToken = default);

    /// <summary>Deletes an importer with the records of its imports. False where there is none.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Notes an import, or what is known of it by now.</summary>
    /// <exception cref="ProblemException">The importer is gone.</exception>
    Task KeepAsync(ImportRecord record, CancellationToken cancellationToken = default);

    /// <summary>Forgets an import. False where there is none.</summary>
    Task<bool> ForgetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>What came into those repositories.</summary>
    Task<IReadOnlyList<ImportedVersion>> FindImportedAsync(
        IReadOnlyCollection<Guid> repositories, CancellationToken cancellationToken = default);

    /// <summary>Notes what came, in place of what came before. A repository that is deleted has nothing any more.</summary>
    Task NoteImportedAsync(ImportedVersion imported, CancellationToken cancellationToken = default);
}
