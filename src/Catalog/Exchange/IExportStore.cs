namespace OrleansRegistry.Exchange;

/// <summary>Exporters, and what they exported.</summary>
public interface IExportStore
{
    /// <exception cref="ProblemException">The name is taken; or a repository is not there.</exception>
    Task<Guid> CreateAsync(ExporterSettings settings, CancellationToken cancellationToken = default);

    /// <summary>Changes an exporter, as far as before and after differ.</summary>
    /// <exception cref="ProblemException">There is none of that id; the name is taken; a repository is not there.</exception>
    Task UpdateAsync(
        Guid id, ExporterSettings before, ExporterSettings after, CancellationToken cancellationToken = default);

    /// <summary>Deletes an exporter with the records of its exports. False where there is none.</summary>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Notes an export that ended well; from now on it is the exporter's newest. Repeating it does no harm.</summary>
    /// <exception cref="ProblemException">The exporter is gone.</exception>
    Task KeepAsync(ExportRecord record, CancellationToken cancellationToken = default);

    /// <summary>Forgets an export; its files stay. False where there is none.</summary>
    Task<bool> ForgetAsync(Guid id, CancellationToken cancellationToken = default);
}
